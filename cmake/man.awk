# awk -f man.awk -v version=V -v date=D PAGE.scd: a manual page in man(7), from scdoc's notation, for
# machines that have no scdoc. Knows what the pages here use: headings, *bold*, _underlined_, \ before a
# sign that is meant, paragraphs indented by tabs, ++ for a line break. What scdoc knows besides (lists,
# tables, literal blocks) is refused, so that no page comes out wrong. tests/lint/man_pages.py holds its
# pages against those of scdoc.

function die(what)
{
    print FILENAME ":" FNR ": " what >"/dev/stderr"
    failed = 1
    exit 1
}

# The fonts of a text; they may not reach beyond their paragraph.
function words(text,    out, i, c, before, behind, length_of)
{
    out = ""
    length_of = length(text)
    for (i = 1; i <= length_of; i++) {
        c = substr(text, i, 1)
        before = substr(text, i - 1, i > 1)
        behind = substr(text, i + 1, 1)
        if (c == "\\") {
            i++
            out = out plain(behind)
        } else if (c == "*" || (c == "_" && !(before ~ /[[:alnum:]]/ && behind ~ /[[:alnum:]]/))) {
            if (font != "" && font != c) die("a font within another")
            font = font == c ? "" : c
            out = out "\\f" (font == "" ? "R" : c == "*" ? "B" : "I")
        } else {
            out = out plain(c)
        }
    }
    return out
}

function plain(c)
{
    if (c == "\\") return "\\e"
    if (c == "-") return "\\-"
    if (c == "~") return "\\(ti"
    if (c == "^") return "\\(ha"
    if (c == "'") return "\\(aq"
    if (c == "`") return "\\(ga"
    return c
}

function indent_to(wanted)
{
    for (; indent < wanted; indent++) print ".RS 4"
    for (; indent > wanted; indent--) print ".RE"
}

NR == 1 {
    if ($0 !~ /^[a-z.-]+\([1-8]\)$/) die("the first line is not NAME(SECTION)")
    split($0, head, /[()]/)
    printf ".TH \"%s\" \"%s\" \"%s\" \"tocsin %s\"\n", head[1], head[2], date, version
    print ".nh\n.ad l"
    next
}

/^$/ {
    if (font != "") die("a font that does not end")
    between = 1
    next
}

/^#/ {
    if ($0 !~ /^##? [^ ]/) die("not a heading")
    indent_to(0)
    sub(/^# /, ".SH ")
    sub(/^## /, ".SS ")
    print
    between = heading = 1
    next
}

{
    match($0, /^\t*/)
    depth = breaks ? indent : RLENGTH # scdoc does not look at the indentation behind ++
    text = substr($0, RLENGTH + 1)
    if (text ~ /^(- |\. |[][|]|```|; |  )/) die("not understood here: " text)
    if (between && !heading && depth == indent) print ".PP"
    if (depth != indent) {
        indent_to(depth)
        if (between && !heading) print ".PP"
    }
    between = heading = 0
    breaks = sub(/\+\+$/, "", text)
    text = words(text)
    if (text ~ /^[.]/) text = "\\&" text
    if (text ~ /[.!?]$/) text = text "\\&"
    print text
    if (breaks) print ".br"
}

END {
    if (!failed) indent_to(0)
    exit failed
}
