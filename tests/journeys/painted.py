"""Which elements of a page look like another one beside them.

Whether colours can be told apart takes a second for a few hundred places. The hundredth row of a table shows
no colour that the rows before it do not: everything a style sheet could tell it by is the same.
"""

REPEATED = r"""() => {
    const whole = new Set(["class", "style", "type", "fill", "stroke"]);
    // what the page's styles ask of other attributes: whether they are there, or one of some values
    const styles = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules].map((rule) => rule.cssText)).join();
    const asked = {};
    for (const test of ["[open]", "[hidden]", "[disabled]", "[checked]", "[selected]",
                        ...styles.match(/\[[\w-]+([~|^$*]?="[^"]*"( i)?)?\]/g) ?? []])
        (asked[test.match(/[\w-]+/)[0]] ??= new Set()).add(test);
    const marks = (one) => [...one.attributes].flatMap(({ name, value }) =>
        whole.has(name) ? name + value : [...asked[name] ?? []].filter((test) => one.matches(test))).sort().join(" ");
    const repeated = [];
    const painted = (one) => {
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
        return `<${one.localName} ${marks(one)} ${says}>${inside.join("")}`;
    };
    painted(document.body);
    return repeated;
}"""
