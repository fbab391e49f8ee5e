"""What Rasa checks before it trains, of what our bot has.

Rasa's own validator imports TensorFlow, to look for components that we do not use.
"""

from __future__ import annotations

from typing import Any

from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.importers.importer import TrainingDataImporter


class Validator(GraphComponent):  # type: ignore[misc]  # Rasa publishes no types
    """Takes the place of ``DefaultV1RecipeValidator`` in training."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Validator:
        """Make one; nothing is configured."""
        return cls()

    def validate(self, importer: TrainingDataImporter) -> TrainingDataImporter:
        """Check the examples, and that the domain has the action that rules fall back to.

        Raises:
            InvalidDomain: it has not.
        """
        importer.get_nlu_data().validate()
        for policy in importer.get_config()["policies"]:
            RulePolicy.raise_if_incompatible_with_domain(policy, importer.get_domain())
        return importer
