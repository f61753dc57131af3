"""Faults of hundreds of narrow pages, in a fraction of the time that each would take alone.

What text is painted with depends on the elements that it lies in. Contrasts, which take most of
axe's time, are measured where a page has text in elements that no page before had.
"""

from __future__ import annotations

from playwright.sync_api import Page

from tests.support.browser import ALL_RULES, AXE_RUN, WIDER_THAN_PAGE, load_axe

_CONTRAST = "color-contrast"
_ALL_BUT_CONTRAST = {"runOnly": ALL_RULES, "rules": {_CONTRAST: {"enabled": False}}}
_CONTRAST_ALONE = {"runOnly": {"type": "rule", "values": [_CONTRAST]}}
# Each element that holds text, with the chain of elements that it lies in: their names, and the
# classes and attributes that a style sheet looks at.
_TEXTS = """
    const selectors = rules => [...rules]
        .map(rule => (rule.selectorText || '') + (rule.cssRules ? selectors(rule.cssRules) : ''))
        .join(' ');
    const sheets = [...document.styleSheets].map(sheet => selectors(sheet.cssRules)).join(' ');
    const styled = new Set(sheets.match(/(?<=\\.)[\\w-]+/g));
    const named = element => [element.localName,
        ...[...element.classList].filter(name => styled.has(name)).sort(),
        ...['aria-current', 'aria-disabled', 'aria-invalid', 'aria-selected', 'aria-sort',
            'disabled', 'open', 'type']
            .filter(name => element.hasAttribute(name))
            .map(name => `${name}=${element.getAttribute(name)}`)].join('.');
    const chain = element => element ? `${chain(element.parentElement)}>${named(element)}` : '';
    const holdsText = element => element.matches('input, select, textarea')
        || [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    const texts = [...document.body.querySelectorAll('*')].filter(holdsText)
        .map(element => [chain(element), element]);
"""
_CHAINS = f"() => {{{_TEXTS} return [...new Set(texts.map(([chain]) => chain))]; }}"
_ELEMENTS = f"""chains => {{{_TEXTS}
    return texts.filter(([chain]) => chains.includes(chain)).map(([, element]) => element); }}"""


def faults_of_a_narrow_page(page: Page, painted: set[str]) -> list[str]:
    """axe's findings in both schemes and the sideways scroll, without a new layout.

    The page is as narrow as its context; `painted`, which grows, holds what was measured before.
    """
    load_axe(page)
    findings = page.evaluate(AXE_RUN, [None, _ALL_BUT_CONTRAST])
    unseen = set(page.evaluate(_CHAINS)) - painted
    if unseen:
        painted |= unseen
        part = {"include": page.evaluate_handle(_ELEMENTS, sorted(unseen))}
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            found = page.evaluate(AXE_RUN, [part, _CONTRAST_ALONE])
            findings += [f"{scheme}: {finding}" for finding in found]
    return [*findings, *page.evaluate(WIDER_THAN_PAGE)]
