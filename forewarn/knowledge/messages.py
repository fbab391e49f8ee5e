"""The assistant's own short sentences: one required field a sentence, in every language."""

from __future__ import annotations

from forewarn.knowledge.schema import ContactKind, Record, Text


class Messages(Record):
    """One file of ``messages/<lang>.yml``.

    Every sentence is required in every language: a missing one would leave a person in danger
    without words. ``{curly}`` words are filled in when the sentence is said and must be the same in
    every language.
    """

    who_we_are: Text
    operator: Text
    nobody_told: Text
    no_international_line: Text
    first_screen: Text
    greet: Text
    thank: Text
    goodbye: Text
    affirm: Text
    deny: Text
    out_of_scope: Text
    not_understood: Text
    other_language: Text
    change_language: Text
    language_changed: Text
    show_topic: Text
    show_topics: Text
    feedback_ask: Text
    feedback_yes: Text
    feedback_no: Text
    feedback_thanks: Text
    answer_unknown: Text
    answer_choose: Text
    answer_none_of_these: Text
    answer_in_other_language: Text
    answer_date_unknown: Text
    answer_old: Text
    legal_note: Text
    perhaps_danger: Text
    perhaps_danger_button: Text
    danger_which: Text
    danger_in_force: Text
    danger_end_button: Text
    danger_ended: Text
    ask_country_now: Text
    ask_country_of_person: Text
    ask_nationality: Text
    ask_nationality_of_person: Text
    country_more: Text
    country_other: Text
    country_unknown: Text
    country_not_covered: Text
    no_line_known: Text
    no_consular_known: Text
    no_consular_known_other: Text
    show_contacts: Text
    talk_to_person: Text
    contacts_for_me: Text
    contact_old: Text
    contact_undated: Text
    contact_doubtful: Text
    contact_data_set: Text
    contact_instead: Text
    cannot_talk: Text
    cannot_talk_no_written: Text
    offer_invite: Text
    offer_by_taps: Text
    offer_question: Text
    offer_yes: Text
    offer_no: Text
    offer_unknown: Text
    verdict_lure: Text
    verdict_careful: Text
    verdict_unclear: Text
    verdict_about_message: Text
    verdict_no_flags: Text
    verdict_ask_back_withheld: Text
    fallback: Text
    kind_police: Text
    kind_tourist_police: Text
    kind_medical: Text
    kind_anti_trafficking: Text
    kind_anti_scam: Text
    kind_consular: Text
    kind_crisis: Text
    kind_child_protection: Text
    kind_job_check: Text
    kind_ngo: Text
    serves_everyone: Text
    serves_citizens: Text
    widget_title: Text
    widget_subtitle: Text
    widget_who: Text
    widget_privacy: Text
    widget_language: Text
    widget_emergency: Text
    widget_leave: Text
    widget_leave_hint: Text
    widget_delete: Text
    widget_help_page: Text
    widget_close: Text
    widget_skip: Text
    widget_log: Text
    widget_you: Text
    widget_guide: Text
    widget_sending: Text
    widget_choices: Text
    widget_input: Text
    widget_placeholder: Text
    widget_send: Text
    widget_characters_left: Text
    widget_too_long: Text
    widget_empty: Text
    widget_sources: Text
    widget_source_undated: Text
    widget_reviewed: Text
    widget_unreviewed: Text
    widget_in_english: Text
    widget_hotlines: Text
    widget_inside: Text
    widget_from_abroad: Text
    widget_inside_only: Text
    widget_sms: Text
    widget_whatsapp: Text
    widget_website: Text
    widget_app: Text
    widget_press: Text
    widget_extension: Text
    widget_serves: Text
    widget_hours: Text
    widget_spoken: Text
    widget_last_printed: Text
    widget_last_printed_unknown: Text
    widget_not_dialled: Text
    widget_last_dialled: Text
    widget_line_source: Text
    widget_more: Text
    widget_call_trace: Text
    widget_flags: Text
    widget_ask_back: Text
    widget_copy: Text
    widget_copied: Text
    widget_next_moves: Text
    widget_feedback: Text
    widget_feedback_yes: Text
    widget_feedback_no: Text
    widget_feedback_thanks: Text
    widget_error_title: Text
    widget_error_draft: Text
    widget_retry: Text
    widget_offline: Text
    widget_ended: Text
    widget_noscript: Text
    error_empty: Text
    error_too_long: Text
    error_too_large: Text
    error_unreadable: Text
    error_language: Text
    error_country: Text
    error_conversation: Text
    error_choice: Text
    error_too_many: Text
    error_not_found: Text
    help_title: Text
    help_countries: Text
    help_lines_of: Text
    help_chat: Text
    help_who: Text
    help_figures: Text
    figures_intro: Text
    figures_counts: Text
    figures_said_by: Text
    figures_place: Text
    figures_means_not: Text
    figures_changed: Text
    figures_checked: Text
    widget_deleted: Text
    widget_delete_later: Text
    widget_privacy_page: Text
    widget_plain: Text
    widget_plain_hint: Text
    widget_plain_words: Text
    widget_plain_back: Text
    widget_plain_title: Text
    widget_plain_subtitle: Text
    widget_plain_who: Text
    widget_plain_emergency: Text
    widget_plain_privacy: Text
    widget_plain_leave: Text
    widget_plain_leave_hint: Text
    widget_plain_delete: Text
    widget_plain_deleted: Text
    widget_plain_delete_later: Text
    widget_plain_ended: Text
    widget_plain_skip: Text
    widget_plain_input: Text
    widget_plain_placeholder: Text
    widget_plain_send: Text
    widget_plain_log: Text
    widget_plain_sending: Text
    widget_plain_note: Text
    widget_plain_problem: Text

    def kind(self, kind: ContactKind) -> str:
        """What a kind of contact is called."""
        return str(getattr(self, f"kind_{kind.value}"))

    def with_prefix(self, prefix: str) -> dict[str, str]:
        """The sentences whose names begin with ``prefix``, by name."""
        return {name: text for name, text in self.model_dump().items() if name.startswith(prefix)}
