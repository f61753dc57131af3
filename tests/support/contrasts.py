"""Contrasts of a page, measured once for each way that text is painted.

They take most of axe's time. What axe compares is a text's own colour and size with what lies
behind it: where both are as in a text that passed before, in the same process, they pass again.
Both are read as the browser computed them: no class, selector or style sheet is trusted.
"""

from __future__ import annotations

from playwright.sync_api import Page

# (scheme, way) of the texts that passed; those that axe cannot tell of are asked again each time.
Painted = set[tuple[str, str]]

# How each visible text is painted: itself, then all that it lies in that is not plain. Out of the
# flow, something may lie over or under it: where it is placed counts too.
_MEASURE = """async passed => {
    const known = new Set(passed), behinds = new Map();
    const layer = element => {
        const style = getComputedStyle(element);
        const place = style.position === 'static'
            ? '' : [style.position, style.inset, style.zIndex];
        const own = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter,
            style.mixBlendMode, style.clip, style.clipPath, style.transform, style.overflow, place];
        return own.join(' ');
    };
    const behind = element => {
        if (!element) return '';
        if (!behinds.has(element)) {
            const own = layer(element);
            behinds.set(element, behind(element.parentElement)
                + (own === 'rgba(0, 0, 0, 0) none 1 none normal auto none none visible '
                    ? '' : `|${own}`));
        }
        return behinds.get(element);
    };
    const isOff = element => !!element.closest(':disabled, [aria-disabled=true]')
        || !!element.closest('label')?.control?.disabled;
    const untyped = '[type=checkbox], [type=radio], [type=range], [type=color]';
    const words = element => element.matches(`input:not(${untyped}), select, textarea`)
        ? element.value || ''
        : [...element.childNodes].filter(node => node.nodeType === Node.TEXT_NODE)
            .map(node => node.data).join('').trim();
    const way = element => {
        const style = getComputedStyle(element);
        return [style.color, style.fontSize, style.fontWeight, style.textShadow,
            words(element).length > 1, isOff(element), behind(element)].join(' ');
    };
    const outOfFlow = ['absolute', 'fixed', 'sticky'];
    const over = [...document.body.querySelectorAll('*')]
        .filter(element => outOfFlow.includes(getComputedStyle(element).position))
        .map(element => [element, element.getBoundingClientRect()])
        .filter(([, box]) => box.width && box.height);
    const isUnder = element => {
        const box = element.getBoundingClientRect();
        return over.some(([other, place]) => !other.contains(element) && !element.contains(other)
            && box.left < place.right && place.left < box.right
            && box.top < place.bottom && place.top < box.bottom);
    };
    // Kept for those who listen: nothing of it is painted.
    const isPainted = element => element.checkVisibility()
        && element.getBoundingClientRect().bottom + scrollY > 0
        && !behind(element).includes(' inset(50%) ');
    const ways = new Map([...document.body.querySelectorAll('*')]
        .filter(element => words(element) && isPainted(element))
        .map(element => [element, way(element)])
        .filter(([element, way]) => !known.has(way) || isUnder(element)));
    if (!ways.size) return [[], []];
    const results = await axe.run({include: [...ways.keys()]}, {
        runOnly: {type: 'rule', values: ['color-contrast']}, elementRef: true,
        resultTypes: ['violations', 'passes'],
    });
    const nodes = rules => rules.flatMap(rule => rule.nodes);
    const faults = nodes(results.violations);
    const faulty = new Set(faults.map(node => ways.get(node.element)));
    return [
        faults.map(node => `color-contrast: ${node.target.join(' ')}: `
            + node.failureSummary.replace(/\\s+/g, ' ')),
        [...new Set(nodes(results.passes).map(node => ways.get(node.element)))]
            .filter(way => way && !faulty.has(way)),
    ];
}"""


def contrast_faults(page: Page, scheme: str, painted: Painted) -> list[str]:
    """What axe finds in this scheme, which the page is in; `painted` grows by what passed.

    axe is in the page already.
    """
    faults, passed = page.evaluate(_MEASURE, [way for known, way in painted if known == scheme])
    painted.update((scheme, way) for way in passed)
    return [f"{scheme}: {fault}" for fault in faults]
