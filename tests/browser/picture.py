"""Takes the picture of the widget in the README from a running Forewarn:
`python -m tests.browser.picture http://127.0.0.1:8000 docs/images/widget.png`."""

from __future__ import annotations

import base64
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from forewarn.knowledge.loader import Knowledge, load
from tests.browser.conftest import CHROMIUM, FLAGS, KNOWLEDGE

SCREEN = {"width": 375, "height": 720}
FRAME = """<!doctype html><style>
  body {{ display: flex; gap: 36px; margin: 0; padding: 40px; background: #efe7da;
          inline-size: max-content; }}
  img {{ inline-size: 375px; border-radius: 28px; border: 1px solid #d8d0c2;
         box-shadow: 0 18px 48px rgb(60 45 20 / 18%); }}
</style>{images}"""


def screens(browser: Browser, address: str, knowledge: Knowledge) -> list[bytes]:
    """The first screen, an answer, and where to call, each in another language."""

    def opened(language: str) -> Page:
        page = browser.new_page(locale=language, viewport=SCREEN, device_scale_factor=2)
        page.goto(address)
        page.locator(".choice").first.wait_for()
        return page

    def asked(page: Page, text: str) -> Page:
        page.locator("textarea").fill(text)
        page.locator(".send").click()
        page.locator(".guide").nth(1).wait_for()
        page.wait_for_timeout(1_000)  # until it has stopped scrolling
        return page

    question = knowledge.faq["protect-yourself"].texts["th"].question
    cry = knowledge.dangers["held"].must_match["zh"][0]
    pages = [opened("en"), asked(opened("th"), question), asked(opened("zh"), cry)]
    return [page.screenshot() for page in pages]


def main(address: str, picture: Path) -> None:
    """Write `picture`, a PNG of three phones side by side, from the Forewarn at `address`."""
    knowledge = load(KNOWLEDGE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        images = "".join(
            f'<img src="data:image/png;base64,{base64.b64encode(screen).decode()}">'
            for screen in screens(browser, address, knowledge)
        )
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_content(FRAME.format(images=images), wait_until="load")
        page.locator("body").screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
