#include "detector/sigma/modifier.h"

#define EACH_PART                                                                                  \
    case TC_MOD_MINUTE:                                                                            \
    case TC_MOD_HOUR:                                                                              \
    case TC_MOD_DAY:                                                                               \
    case TC_MOD_WEEK:                                                                              \
    case TC_MOD_MONTH:                                                                             \
    case TC_MOD_YEAR

static const struct {
    const char *name;
    tc_modifier modifier;
} names[] = {
    {"contains", TC_MOD_CONTAINS},
    {"startswith", TC_MOD_STARTSWITH},
    {"endswith", TC_MOD_ENDSWITH},
    {"all", TC_MOD_ALL},
    {"cased", TC_MOD_CASED},
    {"neq", TC_MOD_NEQ},
    {"exists", TC_MOD_EXISTS},
    {"re", TC_MOD_RE},
    {"i", TC_MOD_IGNORECASE},
    {"ignorecase", TC_MOD_IGNORECASE},
    {"m", TC_MOD_MULTILINE},
    {"multiline", TC_MOD_MULTILINE},
    {"s", TC_MOD_DOTALL},
    {"dotall", TC_MOD_DOTALL},
    {"cidr", TC_MOD_CIDR},
    {"lt", TC_MOD_LT},
    {"lte", TC_MOD_LTE},
    {"gt", TC_MOD_GT},
    {"gte", TC_MOD_GTE},
    {"base64", TC_MOD_BASE64},
    {"base64offset", TC_MOD_BASE64OFFSET},
    {"utf16le", TC_MOD_UTF16LE},
    {"wide", TC_MOD_UTF16LE},
    {"utf16be", TC_MOD_UTF16BE},
    {"utf16", TC_MOD_UTF16},
    {"windash", TC_MOD_WINDASH},
    {"expand", TC_MOD_EXPAND},
    {"fieldref", TC_MOD_FIELDREF},
    {"minute", TC_MOD_MINUTE},
    {"hour", TC_MOD_HOUR},
    {"day", TC_MOD_DAY},
    {"week", TC_MOD_WEEK},
    {"month", TC_MOD_MONTH},
    {"year", TC_MOD_YEAR},
};

typedef struct reader {
    tc_diagnostics *d;
    const tc_yaml *key;
    uint32_t column; /* of the modifier at hand */
    tc_slice word;
    tc_chain *chain;
    bool has_last;
    tc_modifier last; /* the modifier before, all and neq left out */
} reader;

static bool complain(const reader *r, const char *text)
{
    tc_quoted q;
    return tc_diagnostics_error(r->d, r->key->line, r->column, "modifier %s: %s",
                                tc_quote(&q, r->word), text);
}

static bool find(const reader *r, tc_modifier *ret)
{
    const char *known[TC_COUNT_OF(names)];
    for (size_t i = 0; i < TC_COUNT_OF(names); i++) {
        known[i] = names[i].name;
        if (!tc_slice_equal(r->word, tc_slice_of(names[i].name))) continue;
        *ret = names[i].modifier;
        return true;
    }
    tc_quoted q;
    tc_quoted s;
    if (r->word.len == 0)
        return tc_diagnostics_error(r->d, r->key->line, r->column,
                                    "an empty modifier in %s: remove the '|'",
                                    tc_quote(&q, r->key->text));
    return tc_diagnostics_error(r->d, r->key->line, r->column, "unknown modifier %s%s",
                                tc_quote(&q, r->word),
                                tc_suggest(&s, r->word, known, TC_COUNT_OF(known)));
}

static bool add_encoder(reader *r, tc_modifier m)
{
    tc_chain *c = r->chain;
    if (c->has[TC_MOD_CONTAINS] || c->has[TC_MOD_STARTSWITH] || c->has[TC_MOD_ENDSWITH])
        return complain(r, "encoders stand before contains, startswith and endswith");
    if (c->has[TC_MOD_RE] || c->has[TC_MOD_FIELDREF] || c->has[TC_MOD_WINDASH])
        return complain(r, "encodes plain text: not with re, fieldref or windash");
    if (c->has[TC_MOD_BASE64OFFSET]) return complain(r, "nothing encodes behind base64offset");
    if (c->encoder_count == TC_ENCODERS_MAX) return complain(r, "too many encoders");
    c->encoders[c->encoder_count++] = m;
    return true;
}

/* Only all, neq, and for comparisons a time part may stand before. */
static bool must_be_first(const reader *r, bool after_part)
{
    if (!r->has_last) return true;
    if (after_part && r->last >= TC_MOD_MINUTE && r->last <= TC_MOD_YEAR) return true;
    return complain(r, "takes the value as written: it must be the first modifier");
}

/* May this modifier of text stand behind the ones before it? */
static bool check_text(const reader *r)
{
    if (!r->has_last) return true;
    const tc_chain *c = r->chain;
    if (c->has[TC_MOD_CIDR] || c->has[TC_MOD_EXISTS] || c->has[TC_MOD_LT] || c->has[TC_MOD_LTE] ||
        c->has[TC_MOD_GT] || c->has[TC_MOD_GTE] ||
        (r->last >= TC_MOD_MINUTE && r->last <= TC_MOD_YEAR))
        return complain(r, "is for text: not behind cidr, exists, a comparison or a time part");
    return true;
}

static bool check_flag(const reader *r)
{
    if (r->has_last && r->last >= TC_MOD_RE && r->last <= TC_MOD_DOTALL) return true;
    return complain(r, "stands only directly behind re");
}

static bool check(reader *r, tc_modifier m)
{
    const tc_chain *c = r->chain;
    switch (m) {
    case TC_MOD_ALL:
    case TC_MOD_NEQ:
        return true;
    case TC_MOD_CONTAINS:
    case TC_MOD_STARTSWITH:
    case TC_MOD_ENDSWITH:
        return check_text(r);
    case TC_MOD_CASED:
        if (c->has[TC_MOD_RE]) return complain(r, "a regular expression is case-sensitive already");
        return check_text(r);
    case TC_MOD_WINDASH:
        if (c->has[TC_MOD_RE] || c->has[TC_MOD_FIELDREF] || c->encoder_count > 0)
            return complain(r, "is for plain text: not behind re, fieldref or an encoder");
        return check_text(r);
    case TC_MOD_EXPAND:
        if (c->has[TC_MOD_FIELDREF] || c->encoder_count > 0)
            return complain(r, "is for text as written: not behind fieldref or an encoder");
        return check_text(r);
    case TC_MOD_IGNORECASE:
    case TC_MOD_MULTILINE:
    case TC_MOD_DOTALL:
        return check_flag(r);
    case TC_MOD_BASE64:
    case TC_MOD_BASE64OFFSET:
    case TC_MOD_UTF16LE:
    case TC_MOD_UTF16BE:
    case TC_MOD_UTF16:
        return check_text(r) && add_encoder(r, m);
    case TC_MOD_LT:
    case TC_MOD_LTE:
    case TC_MOD_GT:
    case TC_MOD_GTE:
        return must_be_first(r, true);
    EACH_PART:
    case TC_MOD_EXISTS:
    case TC_MOD_RE:
    case TC_MOD_CIDR:
    case TC_MOD_FIELDREF:
        return must_be_first(r, false);
    case TC_MOD_COUNT:
        break;
    }
    return false;
}

static bool is_utf16(tc_modifier m)
{
    return m == TC_MOD_UTF16LE || m == TC_MOD_UTF16BE || m == TC_MOD_UTF16;
}

/* What can only be said of the whole chain. */
static bool check_whole(const reader *r)
{
    const tc_chain *c = r->chain;
    for (size_t i = 0; i < c->encoder_count; i++) {
        bool last = i + 1 == c->encoder_count;
        if (is_utf16(c->encoders[i]) && (last || is_utf16(c->encoders[i + 1])))
            return tc_diagnostics_error(
                r->d, r->key->line, r->key->column,
                "a UTF-16 form in %s: base64 or base64offset must stand directly behind it",
                tc_quote(&(tc_quoted){""}, r->key->text));
    }
    if (c->has[TC_MOD_BASE64OFFSET] && !c->has[TC_MOD_CONTAINS])
        tc_diagnostics_warn(r->d, r->key->line, r->key->column,
                            "base64offset without contains matches only a whole value: add "
                            "'|contains'");
    if (c->field.len == 0 &&
        (c->has[TC_MOD_CIDR] || c->has[TC_MOD_EXISTS] || c->has[TC_MOD_FIELDREF] ||
         c->has[TC_MOD_LT] || c->has[TC_MOD_LTE] || c->has[TC_MOD_GT] || c->has[TC_MOD_GTE]))
        return complain(r, "needs the name of a field before the '|'");
    for (int m = TC_MOD_MINUTE; m <= TC_MOD_YEAR; m++)
        if (c->field.len == 0 && c->has[m])
            return complain(r, "needs the name of a field before the '|'");
    return true;
}

bool tc_chain_read(tc_diagnostics *d, const tc_yaml *key, tc_chain *ret)
{
    *ret = (tc_chain){.encoder_count = 0};
    reader r = {.d = d, .key = key, .chain = ret};
    tc_slice rest = key->text;
    ret->field = tc_slice_split(rest, '|', &rest);
    while (rest.ptr) {
        r.column = key->column + (uint32_t)(rest.ptr - key->text.ptr) + !key->plain;
        r.word = tc_slice_split(rest, '|', &rest);
        tc_modifier m = TC_MOD_COUNT;
        if (!find(&r, &m) || !check(&r, m)) return false;
        if (ret->has[m] && m != TC_MOD_BASE64)
            tc_diagnostics_warn(d, key->line, r.column, "modifier '%.*s' stands twice",
                                (int)r.word.len, (const char *)r.word.ptr);
        ret->has[m] = true;
        if (m == TC_MOD_ALL || m == TC_MOD_NEQ) continue;
        r.has_last = true;
        r.last = m;
    }
    return check_whole(&r);
}
