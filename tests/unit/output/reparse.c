#include "reparse.h"

#include <stdarg.h>

/* -- common --------------------------------------------------------------------------------- */

static void put(reparse_record *r, uint8_t byte)
{
    if (r->used < REPARSE_POOL) r->pool[r->used++] = byte;
}

static void put_code(reparse_record *r, unsigned long code)
{
    if (code < 0x80) {
        put(r, (uint8_t)code);
    } else if (code < 0x800) {
        put(r, (uint8_t)(192 + code / 64));
        put(r, (uint8_t)(128 + code % 64));
    } else if (code < 0x10000) {
        put(r, (uint8_t)(224 + code / 4096));
        put(r, (uint8_t)(128 + code / 64 % 64));
        put(r, (uint8_t)(128 + code % 64));
    } else {
        put(r, (uint8_t)(240 + code / 262144));
        put(r, (uint8_t)(128 + code / 4096 % 64));
        put(r, (uint8_t)(128 + code / 64 % 64));
        put(r, (uint8_t)(128 + code % 64));
    }
}

static tc_slice kept(const reparse_record *r, size_t from)
{
    return tc_slice_make(r->pool + from, r->used - from);
}

static TC_PRINTF(3, 4) bool add(reparse_record *r, tc_slice value, const char *format, ...)
{
    if (r->count == REPARSE_FIELDS) return false;
    reparse_field *f = &r->fields[r->count++];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(f->key, sizeof(f->key), format, args);
    va_end(args);
    f->value = value;
    return length > 0 && (size_t)length < sizeof(f->key);
}

bool reparse_get(const reparse_record *r, const char *key, tc_slice *ret)
{
    for (size_t i = 0; i < r->count; i++) {
        if (strcmp(r->fields[i].key, key) != 0) continue;
        *ret = r->fields[i].value;
        return true;
    }
    return false;
}

static int hex(tc_slice s, size_t at, size_t digits, unsigned long *ret)
{
    char text[9] = {0};
    if (at + digits > s.len) return 0;
    for (size_t i = 0; i < digits; i++) {
        text[i] = (char)s.ptr[at + i];
        if (!isxdigit((unsigned char)text[i])) return 0;
    }
    *ret = strtoul(text, NULL, 16);
    return 1;
}

tc_slice reparse_unescape(reparse_record *r, tc_slice s)
{
    size_t from = r->used;
    for (size_t i = 0; i < s.len; i++) {
        unsigned long code = 0;
        if (s.ptr[i] != '\\' || i + 1 == s.len) {
            put(r, s.ptr[i]);
        } else if (s.ptr[i + 1] == '\\') {
            put(r, '\\');
            i++;
        } else if (s.ptr[i + 1] == 'x' && hex(s, i + 2, 2, &code)) {
            put(r, (uint8_t)code);
            i += 3;
        } else if (s.ptr[i + 1] == 'u' && hex(s, i + 2, 4, &code)) {
            put_code(r, code);
            i += 5;
        } else {
            put(r, '\\');
        }
    }
    return kept(r, from);
}

/* Bytes of the well-formed character at i, 0 if there is none (Unicode, table 3-7, by its rows). */
static size_t character(tc_slice s, size_t i, unsigned long *ret)
{
    static const struct {
        uint8_t first_low, first_high, second_low, second_high, length;
    } rows[] = {
        {0x00, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4}};
    for (size_t k = 0; k < TC_COUNT_OF(rows); k++) {
        size_t n = rows[k].length;
        if (s.ptr[i] < rows[k].first_low || s.ptr[i] > rows[k].first_high) continue;
        if (i + n > s.len) return 0;
        *ret = n == 1 ? s.ptr[i] : s.ptr[i] & (0xffu >> (n + 1));
        for (size_t j = 1; j < n; j++) {
            uint8_t low = j == 1 ? rows[k].second_low : 0x80;
            uint8_t high = j == 1 ? rows[k].second_high : 0xbf;
            if (s.ptr[i + j] < low || s.ptr[i + j] > high) return 0;
            *ret = *ret * 64 + s.ptr[i + j] % 64;
        }
        return n;
    }
    return 0;
}

tc_slice reparse_lossy(reparse_record *r, tc_slice s)
{
    size_t from = r->used;
    for (size_t i = 0; i < s.len;) {
        unsigned long code = 0;
        size_t n = character(s, i, &code);
        put_code(r, n ? code : 0xfffd);
        i += n ? n : 1;
    }
    return kept(r, from);
}

bool reparse_inert(tc_slice s, bool lines)
{
    for (size_t i = 0; i < s.len;) {
        unsigned long c = 0;
        size_t n = character(s, i, &c);
        if (n == 0) return false;
        i += n;
        if (c == '\n' && lines) continue;
        if (c < 0x20 || (c >= 0x7f && c < 0xa0)) return false;
        if (c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
            (c >= 0x2066 && c <= 0x2069))
            return false;
    }
    return true;
}

/* -- JSON ----------------------------------------------------------------------------------- */

typedef struct json {
    tc_slice text;
    size_t at;
    reparse_record *record;
    char path[96];
    int depth;
} json;

static bool json_value(json *j);

static bool take(json *j, char c)
{
    if (j->at == j->text.len || j->text.ptr[j->at] != (uint8_t)c) return false;
    j->at++;
    return true;
}

static bool json_escape(json *j)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    unsigned long code = 0, low = 0;
    if (j->at == j->text.len) return false;
    char c = (char)j->text.ptr[j->at++];
    const char *simple = c ? strchr(from, c) : NULL;
    if (simple != NULL) {
        put(j->record, (uint8_t)to[simple - from]);
        return true;
    }
    if (c != 'u' || !hex(j->text, j->at, 4, &code)) return false;
    j->at += 4;
    if (code >= 0xd800 && code < 0xdc00) {
        if (!take(j, '\\') || !take(j, 'u') || !hex(j->text, j->at, 4, &low)) return false;
        j->at += 4;
        if (low < 0xdc00 || low > 0xdfff) return false;
        code = 0x10000 + (code - 0xd800) * 1024 + (low - 0xdc00);
    } else if (code >= 0xdc00 && code < 0xe000) {
        return false;
    }
    put_code(j->record, code);
    return true;
}

static bool json_string(json *j, tc_slice *ret)
{
    size_t from = j->record->used;
    if (!take(j, '"')) return false;
    while (!take(j, '"')) {
        if (j->at == j->text.len || j->text.ptr[j->at] < 0x20) return false;
        if (take(j, '\\')) {
            if (!json_escape(j)) return false;
        } else {
            put(j->record, j->text.ptr[j->at++]);
        }
    }
    *ret = kept(j->record, from);
    return true;
}

static bool json_member(json *j, bool in_object, size_t index)
{
    size_t length = strlen(j->path);
    tc_slice key;
    if (in_object) {
        if (!json_string(j, &key) || !take(j, ':')) return false;
        snprintf(j->path + length, sizeof(j->path) - length, "%s%.*s", length ? "." : "",
                 (int)key.len, (const char *)key.ptr);
    } else {
        snprintf(j->path + length, sizeof(j->path) - length, "[%zu]", index);
    }
    bool good = json_value(j);
    j->path[length] = 0;
    return good;
}

static bool json_members(json *j, char end)
{
    if (++j->depth > 16) return false;
    bool good = take(j, end);
    for (size_t index = 0; !good; index++) {
        if (!json_member(j, end == '}', index)) return false;
        good = take(j, end);
        if (!good && !take(j, ',')) return false;
    }
    j->depth--;
    return true;
}

static bool json_word(json *j)
{
    size_t from = j->at;
    while (j->at < j->text.len && strchr("+-.0123456789Eaeflnrstu", j->text.ptr[j->at]))
        j->at++;
    tc_slice word = tc_slice_sub(j->text, from, j->at - from);
    double number;
    bool good = tc_slice_equal(word, TC_LIT("true")) || tc_slice_equal(word, TC_LIT("false")) ||
                tc_slice_equal(word, TC_LIT("null")) ||
                (tc_slice_to_double(word, &number) && word.ptr[0] != '+' &&
                 !(word.len > 1 && word.ptr[0] == '0' && isdigit(word.ptr[1])));
    return good && add(j->record, word, "%s", j->path);
}

static bool json_value(json *j)
{
    tc_slice text;
    if (take(j, '{')) return json_members(j, '}');
    if (take(j, '[')) return json_members(j, ']');
    if (j->at < j->text.len && j->text.ptr[j->at] == '"')
        return json_string(j, &text) && add(j->record, text, "%s", j->path);
    return json_word(j);
}

bool reparse_json(tc_slice line, reparse_record *record)
{
    json j = {.text = line, .record = record};
    return line.len && line.ptr[0] == '{' && json_value(&j) && j.at == line.len;
}

/* -- syslog --------------------------------------------------------------------------------- */

static bool is_name(tc_slice s)
{
    if (s.len < 1 || s.len > 32) return false;
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < 33 || s.ptr[i] > 126 || strchr("=]\"", s.ptr[i])) return false;
    return true;
}

/* RFC 5424 6: `[` SD-ID *(SP PARAM) `]`; *s moves behind it. */
static bool element(tc_slice *s, reparse_record *r)
{
    size_t at = 1, from;
    if (s->len == 0 || s->ptr[0] != '[') return false;
    while (at < s->len && s->ptr[at] != ' ' && s->ptr[at] != ']')
        at++;
    tc_slice name = tc_slice_sub(*s, 1, at - 1);
    if (!is_name(name) || !add(r, name, "sd_id")) return false;
    while (at < s->len && s->ptr[at] == ' ') {
        from = ++at;
        while (at < s->len && s->ptr[at] != '=')
            at++;
        name = tc_slice_sub(*s, from, at - from);
        if (!is_name(name) || at + 1 >= s->len || s->ptr[at + 1] != '"') return false;
        size_t start = r->used;
        for (at += 2; at < s->len && s->ptr[at] != '"'; at++) {
            if (s->ptr[at] == ']') return false;
            bool escape = s->ptr[at] == '\\' && at + 1 < s->len && strchr("\"\\]", s->ptr[at + 1]);
            put(r, s->ptr[escape ? ++at : at]);
        }
        if (at++ >= s->len) return false;
        if (!add(r, kept(r, start), "%.*s", (int)name.len, (const char *)name.ptr)) return false;
    }
    if (at >= s->len || s->ptr[at] != ']') return false;
    *s = tc_slice_sub(*s, at + 1, s->len);
    return true;
}

bool reparse_syslog(tc_slice line, reparse_record *r)
{
    static const char *const names[] = {"timestamp", "host", "app", "procid", "msgid"};
    uint64_t pri = 0;
    tc_slice rest, word = tc_slice_split(line, ' ', &rest);
    if (!tc_slice_starts(word, TC_LIT("<")) || !tc_slice_ends(word, TC_LIT(">1"))) return false;
    word = tc_slice_sub(word, 1, word.len - 3);
    if (!tc_slice_to_u64(word, &pri) || pri > 191 || !add(r, word, "pri")) return false;
    for (size_t i = 0; i < TC_COUNT_OF(names); i++) {
        word = tc_slice_split(rest, ' ', &rest);
        if (word.len == 0 || !add(r, word, "%s", names[i])) return false;
    }
    if (!element(&rest, r)) return false;
    if (rest.len == 0) return true;
    return rest.ptr[0] == ' ' && add(r, tc_slice_sub(rest, 1, rest.len), "msg");
}

/* -- CEF and LEEF --------------------------------------------------------------------------- */

/* A field of the header up to '|', with backslashes taken off if `escapes`. */
static bool header_field(tc_slice *s, reparse_record *r, const char *name, bool escapes)
{
    size_t from = r->used, at = 0;
    for (; at < s->len && s->ptr[at] != '|'; at++) {
        if (escapes && s->ptr[at] == '\\') {
            if (++at == s->len || !strchr("\\|", s->ptr[at])) return false;
        }
        put(r, s->ptr[at]);
    }
    if (at == s->len) return false;
    *s = tc_slice_sub(*s, at + 1, s->len);
    return add(r, kept(r, from), "%s", name);
}

static bool unescape_value(tc_slice s, reparse_record *r, tc_slice key)
{
    size_t from = r->used;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '\\' && (++i == s.len || !strchr("\\=", s.ptr[i]))) return false;
        put(r, s.ptr[i]);
    }
    return add(r, kept(r, from), "%.*s", (int)key.len, (const char *)key.ptr);
}

/* The next '=' without a backslash before it. */
static size_t equals(tc_slice s, size_t at)
{
    for (; at < s.len && s.ptr[at] != '='; at++)
        if (s.ptr[at] == '\\') at++;
    return TC_MIN(at, s.len);
}

bool reparse_cef(tc_slice line, reparse_record *r)
{
    static const char *const names[] = {"vendor",    "product", "version",
                                        "signature", "name",    "severity"};
    if (!tc_slice_starts(line, TC_LIT("CEF:0|"))) return false;
    tc_slice s = tc_slice_sub(line, 6, line.len);
    for (size_t i = 0; i < TC_COUNT_OF(names); i++)
        if (!header_field(&s, r, names[i], true)) return false;
    size_t key = 0, equal = equals(s, 0);
    while (equal < s.len) {
        size_t next = equals(s, equal + 1), end = s.len;
        if (next < s.len) {
            end = next;
            while (end > equal && s.ptr[end] != ' ')
                end--;
            if (end == equal) return false;
        }
        tc_slice name = tc_slice_sub(s, key, equal - key);
        if (!unescape_value(tc_slice_sub(s, equal + 1, end - equal - 1), r, name)) return false;
        key = end + 1;
        equal = next;
    }
    return true;
}

bool reparse_leef(tc_slice line, reparse_record *r)
{
    static const char *const names[] = {"vendor", "product", "version", "signature", "delimiter"};
    if (!tc_slice_starts(line, TC_LIT("LEEF:2.0|"))) return false;
    tc_slice s = tc_slice_sub(line, 9, line.len), delimiter = TC_EMPTY_SLICE;
    for (size_t i = 0; i < TC_COUNT_OF(names); i++)
        if (!header_field(&s, r, names[i], false)) return false;
    if (!reparse_get(r, "delimiter", &delimiter) || delimiter.len != 1) return false;
    while (s.ptr != NULL) {
        tc_slice value, pair = tc_slice_split(s, delimiter.ptr[0], &s);
        tc_slice key = tc_slice_split(pair, '=', &value);
        if (value.ptr == NULL) return false;
        if (!add(r, value, "%.*s", (int)key.len, (const char *)key.ptr)) return false;
    }
    return true;
}
