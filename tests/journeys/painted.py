"""Which elements of a page look like another one beside them.

Whether colours can be told apart takes a second for a few hundred places. The hundredth row of a table shows
no colour that the rows before it do not: everything a style sheet could tell it by is the same.
"""

REPEATED = r"""() => {
    // what the page's styles ask of an attribute: its value, or only whether it is there
    const values = new Set(["class", "style", "type", "fill", "stroke"]);
    const presence = new Set(["open", "hidden", "disabled", "checked", "selected"]);
    for (const sheet of document.styleSheets)
        for (const rule of sheet.cssRules)
            for (const [, name, value] of rule.cssText.matchAll(/\[([\w-]+)([~|^$*]?=)?/g))
                (value ? values : presence).add(name);
    const marked = ({ name, value }) => values.has(name) ? [name + value] : presence.has(name) ? [name] : [];
    const repeated = [];
    const painted = (one) => {
        const marks = [...one.attributes].flatMap(marked).sort().join(" ");
        const says = [...one.childNodes].some((part) => part.nodeType === Node.TEXT_NODE && part.data.trim());
        const children = [...one.children], seen = new Set();
        const inside = children.map((child, place) => {
            const look = painted(child);
            // rows are striped, and the last one closes a table
            const among = `${look} ${place % 2} ${place === children.length - 1}`;
            if (seen.has(among)) repeated.push(child);
            seen.add(among);
            return look;
        });
        return `<${one.localName} ${marks} ${says}>${inside.join("")}`;
    };
    painted(document.body);
    return repeated;
}"""
