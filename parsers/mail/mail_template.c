#include "parsers/mail/mail_template.h"

typedef enum token_kind {
    TOKEN_ANY,
    TOKEN_LAST,
    TOKEN_LIST,
    TOKEN_TYPED,
    TOKEN_CLOSED,
    TOKEN_ADDRESS,
    TOKEN_SUCCESS,
    TOKEN_STAR,
    TOKEN_PAIRS
} kind;

/* A part of a pattern that takes text. */
typedef struct token {
    kind kind;
    tc_mail_field field;
    bool kept;
    const char *next; /* the pattern behind it */
    tc_slice literal; /* with which that begins; empty: with another part, or it ends */
} token;

typedef struct attempt {
    const tc_mail_server *server;
    tc_slice *field;
    unsigned tries; /* left */
} attempt;

static bool fits(attempt *a, const char *p, tc_slice s);

/* -- pairs ----------------------------------------------------------------------------------- */

static uint8_t closing(uint8_t opening)
{
    return opening == '<' ? '>' : opening == '[' ? ']' : opening == '"' ? '"' : 0;
}

/* The value at the beginning of *s, which is then behind it. */
static tc_slice take_value(tc_slice *s, uint8_t separator)
{
    uint8_t close = s->len > 0 ? closing(s->ptr[0]) : 0;
    if (close) {
        tc_slice inner = tc_slice_sub(*s, 1, TC_NPOS);
        size_t end = tc_slice_find(inner, close);
        if (end != TC_NPOS) {
            *s = tc_slice_sub(inner, end + 1, TC_NPOS);
            return tc_slice_sub(inner, 0, end);
        }
    }
    return tc_slice_trim(tc_slice_split(*s, separator, s));
}

static void set_pair(const tc_mail_server *server, tc_slice name, tc_slice value, tc_slice *field)
{
    for (const tc_mail_pair *p = server->pairs; p && p->name; p++) {
        if (!tc_slice_equal_ascii(name, tc_slice_of(p->name))) continue;
        bool first = p->field == TC_MAIL_ACCOUNT && field[p->field].len > 0;
        if (value.len > 0 && !first) field[p->field] = value;
        return;
    }
}

void tc_mail_pairs(const tc_mail_server *server, tc_slice text, tc_slice field[TC_MAIL_FIELDS])
{
    const uint8_t separator = (uint8_t)server->separator;
    while (text.len > 0) {
        size_t end = 0;
        while (end < text.len && text.ptr[end] != '=' && text.ptr[end] != separator)
            end++;
        tc_slice name = tc_slice_trim(tc_slice_sub(text, 0, end));
        bool pair = end < text.len && text.ptr[end] == '=';
        text = tc_slice_sub(text, end + 1, TC_NPOS);
        if (!pair) continue;
        set_pair(server, name, take_value(&text, separator), field);
        if (text.len > 0 && text.ptr[0] == separator) text = tc_slice_sub(text, 1, TC_NPOS);
    }
}

/* -- parts of a pattern ---------------------------------------------------------------------- */

static tc_slice literal_at(const char *p)
{
    return tc_slice_make(p, strcspn(p, "{*"));
}

static tc_mail_field field_named(tc_slice name)
{
    static const char *const names[] = {
#define TC_MAIL_FIELD(constant, column, key) key,
#include "parsers/mail/mail_fields.def"
#undef TC_MAIL_FIELD
    };
    size_t i = 0;
    while (i < TC_MAIL_FIELDS && !tc_slice_equal(name, tc_slice_of(names[i])))
        i++;
    TC_ASSERT(i < TC_MAIL_FIELDS);
    return (tc_mail_field)i;
}

static kind kind_named(tc_slice how, tc_mail_field field)
{
    if (tc_slice_equal(how, TC_LIT("last"))) return TOKEN_LAST;
    if (tc_slice_equal(how, TC_LIT("list"))) return TOKEN_LIST;
    if (tc_slice_equal(how, TC_LIT("typed"))) return TOKEN_TYPED;
    if (tc_slice_equal(how, TC_LIT("closed"))) return TOKEN_CLOSED;
    if (tc_slice_equal(how, TC_LIT("success"))) return TOKEN_SUCCESS;
    if (tc_slice_equal(how, TC_LIT("star"))) return TOKEN_STAR;
    bool address = field == TC_MAIL_CLIENT || field == TC_MAIL_SERVER;
    return address && how.len == 0 ? TOKEN_ADDRESS : TOKEN_ANY;
}

static token read_token(const char *p)
{
    token t = {.kind = TOKEN_ANY};
    if (*p == '{') {
        size_t length = strcspn(p, "}");
        tc_slice how, name = tc_slice_split(tc_slice_make(p + 1, length - 1), ':', &how);
        TC_ASSERT(p[length] == '}');
        t.next = p + length + 1;
        bool pairs = tc_slice_equal(name, TC_LIT("pairs"));
        t.kept = !pairs && !tc_slice_equal(name, TC_LIT("any"));
        if (t.kept) t.field = field_named(name);
        t.kind = pairs ? TOKEN_PAIRS : kind_named(how, t.field);
    } else {
        t.next = p + 1;
    }
    t.literal = literal_at(t.next);
    return t;
}

/* -- what they take -------------------------------------------------------------------------- */

static bool is_address_byte(uint8_t c)
{
    return (uint8_t)(c - '0') <= 9 || (uint8_t)((c | 0x20) - 'a') <= 5 || c == ':' || c == '.' ||
           c == '%';
}

static size_t address_length(tc_slice s)
{
    size_t n = 0;
    bool signs = false;
    while (n < s.len && is_address_byte(s.ptr[n])) {
        signs = signs || s.ptr[n] == '.' || s.ptr[n] == ':';
        n++;
    }
    while (n > 1 && (s.ptr[n - 1] == '.' || (s.ptr[n - 1] == ':' && s.ptr[n - 2] != ':')))
        n--; /* of a sentence */
    return signs ? n : 0;
}

/* Whether the last word of a list is an address. */
static bool ends_in_address(tc_slice list)
{
    while (list.len > 0 && (list.ptr[list.len - 1] == ',' || list.ptr[list.len - 1] == ' '))
        list.len--;
    size_t comma = tc_slice_rfind(list, ',');
    tc_slice word = tc_slice_trim(comma == TC_NPOS ? list : tc_slice_sub(list, comma + 1, TC_NPOS));
    return word.len > 0 && address_length(word) == word.len;
}

/* Whether no parenthesis was opened, or the last thing said is that one was closed. */
static bool is_closed(tc_slice s)
{
    return tc_slice_find(s, '(') == TC_NPOS || s.ptr[s.len - 1] == ')';
}

/* Whether the rest fits behind the first `length` bytes; then they are kept. */
static bool take(attempt *a, const token *t, tc_slice s, size_t length)
{
    if (a->tries == 0) return false;
    a->tries--;
    if (!fits(a, t->next, tc_slice_sub(s, length, TC_NPOS))) return false;
    if (t->kept) a->field[t->field] = tc_slice_trim(tc_slice_sub(s, 0, length));
    return true;
}

/* Whether the literal stands in the rest, other than in copies of what was typed. */
static bool says_again(const token *t, tc_slice s, size_t length)
{
    tc_slice typed = tc_slice_sub(s, 0, length);
    tc_slice rest = tc_slice_sub(s, length + t->literal.len, TC_NPOS);
    size_t at;
    while ((at = tc_slice_search_ascii(rest, t->literal)) != TC_NPOS) {
        size_t copy = typed.len > t->literal.len ? tc_slice_search(rest, typed) : TC_NPOS;
        if (copy == TC_NPOS || copy > at || at + t->literal.len > copy + typed.len) return true;
        rest = tc_slice_sub(rest, copy + typed.len, TC_NPOS);
    }
    return false;
}

static bool take_forward(attempt *a, const token *t, tc_slice s)
{
    size_t from = 0;
    while (a->tries > 0) {
        size_t at = tc_slice_search_ascii(tc_slice_sub(s, from, TC_NPOS), t->literal);
        if (at == TC_NPOS) return false;
        at += from;
        bool open = t->kind == TOKEN_CLOSED && !is_closed(tc_slice_sub(s, 0, at));
        bool later = t->kind == TOKEN_TYPED && says_again(t, s, at);
        if (open || later)
            a->tries--;
        else if (take(a, t, s, at))
            return true;
        from = at + 1;
    }
    return false;
}

static bool take_backward(attempt *a, const token *t, tc_slice s)
{
    for (size_t end = s.len; end >= t->literal.len && a->tries > 0; end--) {
        tc_slice there = tc_slice_sub(s, end - t->literal.len, t->literal.len);
        if (!tc_slice_equal_ascii(there, t->literal)) continue;
        bool none =
            t->kind == TOKEN_LIST && !ends_in_address(tc_slice_sub(s, 0, end - t->literal.len));
        if (none)
            a->tries--;
        else if (take(a, t, s, end - t->literal.len))
            return true;
    }
    return false;
}

static bool fits_token(attempt *a, const char *p, tc_slice s)
{
    token t = read_token(p);
    switch (t.kind) {
    case TOKEN_PAIRS:
        tc_mail_pairs(a->server, s, a->field);
        return true;
    case TOKEN_ADDRESS: {
        size_t length = address_length(s);
        return length > 0 && take(a, &t, s, length);
    }
    case TOKEN_SUCCESS:
        return s.len >= 3 && s.ptr[0] == '2' && take(a, &t, s, 3);
    case TOKEN_STAR:
        return s.len >= 1 && s.ptr[0] == '*' && take(a, &t, s, 1);
    case TOKEN_LAST:
    case TOKEN_LIST:
        if (t.literal.len > 0) return take_backward(a, &t, s);
        break;
    case TOKEN_ANY:
    case TOKEN_TYPED:
    case TOKEN_CLOSED:
        break;
    }
    if (t.literal.len > 0) return take_forward(a, &t, s);
    return take(a, &t, s, *t.next ? 0 : s.len);
}

static bool fits(attempt *a, const char *p, tc_slice s)
{
    tc_slice literal = literal_at(p);
    if (literal.len > 0) {
        if (!tc_slice_starts_ascii(s, literal)) return false;
        p += literal.len;
        s = tc_slice_sub(s, literal.len, TC_NPOS);
    }
    return *p == 0 || fits_token(a, p, s);
}

bool tc_mail_template_fits(const char *pattern, const tc_mail_server *server, tc_slice message,
                           tc_slice field[TC_MAIL_FIELDS])
{
    /* Most patterns are told by their first letter. */
    uint8_t first = (uint8_t)*pattern;
    if (first != '{' && first != '*') {
        if (message.len == 0 || (message.ptr[0] | 0x20) != (first | 0x20)) return false;
    }
    attempt a = {server, field, TC_TEMPLATE_TRIES * 4};
    return fits(&a, pattern, message);
}
