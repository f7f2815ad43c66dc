/* What language a text is in: catalogue, then script, then what old charsets can write. */
#include "detector/enrich/language.h"

#include "detector/enrich/catalogue.h"
#include "detector/enrich/garbled.h"

#define PEELS_MAX 8
#define TAG_MAX 48 /* bytes of "[EXTERN]" */
#define CERTAIN_SCRIPT 70
#define CERTAIN_CHARSET 60
#define CERTAIN_HINT 40 /* a script of several languages, told apart by single letters */

const char *tc_script_name(tc_script script)
{
    static const char *const names[TC_SCRIPT_COUNT] = {
        [TC_SCRIPT_NONE] = "none",
        [TC_SCRIPT_LATIN] = "Latin",
        [TC_SCRIPT_GREEK] = "Greek",
        [TC_SCRIPT_CYRILLIC] = "Cyrillic",
        [TC_SCRIPT_HEBREW] = "Hebrew",
        [TC_SCRIPT_ARABIC] = "Arabic",
        [TC_SCRIPT_DEVANAGARI] = "Devanagari",
        [TC_SCRIPT_THAI] = "Thai",
        [TC_SCRIPT_HANGUL] = "Hangul",
        [TC_SCRIPT_KANA] = "Kana",
        [TC_SCRIPT_HAN] = "Han",
        [TC_SCRIPT_OTHER] = "other",
    };
    TC_ASSERT(script < TC_SCRIPT_COUNT);
    return names[script];
}

/* -- taking a subject apart ----------------------------------------------------------------- */

/* The part of a subject that may be a prefix. */
typedef struct segment {
    tc_slice text; /* before the colon, or all of a short subject */
    tc_slice rest; /* behind the colon */
    bool colon;
    bool ascii;
} segment;

static bool is_ascii(tc_slice s)
{
    uint64_t bits = 0;
    for (; s.len >= 8; s = (tc_slice){s.ptr + 8, s.len - 8}) {
        uint64_t word;
        memcpy(&word, s.ptr, 8);
        bits |= word;
    }
    for (size_t i = 0; i < s.len; i++)
        bits |= s.ptr[i];
    return (bits & UINT64_C(0x8080808080808080)) == 0;
}

/* Colons that NFKC makes ASCII ones: U+FF1A full width, U+FE55 small, U+FE13 vertical. */
static size_t find_wide_colon(tc_slice s)
{
    for (size_t i = 0; i + 2 < s.len; i++) {
        if (s.ptr[i] != 0xEF) continue;
        if ((s.ptr[i + 1] == 0xBC && s.ptr[i + 2] == 0x9A) ||
            (s.ptr[i + 1] == 0xB9 && s.ptr[i + 2] == 0x95) ||
            (s.ptr[i + 1] == 0xB8 && s.ptr[i + 2] == 0x93))
            return i;
    }
    return TC_NPOS;
}

static segment cut_segment(tc_slice s)
{
    tc_slice head = tc_slice_sub(s, 0, TC_SEGMENT_MAX);
    size_t end = tc_slice_find(head, ':'), width = 1;
    tc_slice before = tc_slice_sub(head, 0, end);
    segment seg = {.ascii = is_ascii(before)};
    if (!seg.ascii) {
        size_t wide = find_wide_colon(before);
        if (wide != TC_NPOS) {
            end = wide;
            width = 3;
        }
    }
    seg.colon = end != TC_NPOS;
    if (seg.colon) {
        seg.text = tc_slice_sub(head, 0, end);
        seg.rest = tc_slice_sub(s, end + width, TC_NPOS);
    } else if (s.len <= TC_SEGMENT_MAX) {
        seg.text = s;
    }
    return seg;
}

/* What gateways put in front: "[EXTERN] ". Returns the rest, or s itself. */
static tc_slice peel_tag(tc_slice s)
{
    if (s.len > 2 && s.ptr[0] == '[') {
        size_t end = tc_slice_find(tc_slice_sub(s, 0, TAG_MAX), ']');
        if (end != TC_NPOS) return tc_slice_trim(tc_slice_sub(s, end + 1, TC_NPOS));
    } else if (tc_slice_starts(s, TC_LIT("\xE3\x80\x90"))) {
        size_t end = tc_slice_search(tc_slice_sub(s, 0, TAG_MAX), TC_LIT("\xE3\x80\x91"));
        if (end != TC_NPOS) return tc_slice_trim(tc_slice_sub(s, end + 3, TC_NPOS));
    }
    return s;
}

/* -- the catalogue -------------------------------------------------------------------------- */

static const catalogue_entry *entry_of(const tc_language_catalogue *c, const tc_map *map,
                                       tc_slice key)
{
    const uint64_t *slot = key.len ? tc_map_get(map, key) : NULL;
    return slot != NULL ? &c->entries[*slot] : NULL;
}

/* "re[2]", "re(3)" and "re2" are "re". */
static tc_slice without_counter(tc_slice key)
{
    size_t end = key.len;
    if (end > 0 && (key.ptr[end - 1] == ']' || key.ptr[end - 1] == ')')) end--;
    size_t digits = end;
    while (digits > 0 && key.ptr[digits - 1] >= '0' && key.ptr[digits - 1] <= '9')
        digits--;
    if (digits == end) return TC_EMPTY_SLICE;
    if (end < key.len && digits > 0 && (key.ptr[digits - 1] == '[' || key.ptr[digits - 1] == '('))
        digits--;
    return tc_slice_sub(key, 0, digits);
}

static const catalogue_entry *ask(const tc_language_catalogue *c, tc_slice key)
{
    while (key.len > 0 && (key.ptr[key.len - 1] == ' ' || key.ptr[key.len - 1] == '.'))
        key.len--;
    const catalogue_entry *entry = entry_of(c, c->prefixes, key);
    if (entry == NULL) {
        entry = entry_of(c, c->prefixes, without_counter(key));
        if (entry != NULL && !entry->quoting) entry = NULL;
    }
    return entry;
}

/* The key of an ASCII text: small letters, single blanks. Writes at most the text's length. */
static tc_slice ascii_key(tc_slice s, uint8_t out[TC_SEGMENT_MAX])
{
    size_t length = 0;
    bool blank = true;
    for (size_t i = 0; i < s.len; i++) {
        uint8_t byte = s.ptr[i];
        bool space = byte == ' ' || (byte >= '\t' && byte <= '\r');
        if (!space || !blank) {
            if (byte >= 'A' && byte <= 'Z') byte = (uint8_t)(byte + 32);
            out[length++] = space ? ' ' : byte;
        }
        blank = space;
    }
    while (length > 0 && (out[length - 1] == ' ' || out[length - 1] == '.'))
        length--;
    return (tc_slice){out, length};
}

static bool is_counted(tc_slice text)
{
    uint8_t last = text.len ? text.ptr[text.len - 1] : 0;
    return (last >= '0' && last <= '9') || last == ']' || last == ')';
}

static const catalogue_entry *find_ascii(const tc_language_catalogue *c, const segment *seg)
{
    uint8_t buffer[TC_SEGMENT_MAX];
    if (seg->text.len == 0) return NULL;
    uint8_t first = seg->text.ptr[0];
    if (first >= 'A' && first <= 'Z') first = (uint8_t)(first + 32);
    /* Making a key only shortens a text. */
    uint64_t lengths = c->lengths_of[first];
    if ((lengths & (2 * tc_length_bit(seg->text.len) - 1)) == 0) return NULL;
    tc_slice key = ascii_key(seg->text, buffer);
    bool counted = seg->colon && is_counted(key);
    if ((lengths & tc_length_bit(key.len)) == 0 && !counted) return NULL;
    return ask(c, key);
}

/* May a key begin as this text does? Yes where normalisation would change its first characters. */
static bool may_begin(const tc_language_catalogue *c, tc_slice text)
{
    uint32_t points[4] = {0};
    if (tc_beginning(text, points, 4) < 3) return true;
    for (size_t i = 0; i < 4; i++) {
        uint32_t point = points[i];
        if (point == 0xA0 || point == 0xAD || point == 0x61C || point == 0x180E ||
            point == 0x3000 || (point >= 0x300 && point <= 0x36F) ||
            (point >= 0x1100 && point <= 0x11FF) || (point >= 0x2000 && point <= 0x206F) ||
            (point >= 0x3099 && point <= 0x309A) || point >= 0xF900)
            return true;
    }
    size_t bit = tc_beginning_hash(points);
    return (c->beginnings[bit / 64] >> (bit % 64) & 1) != 0 || is_counted(text);
}

static const catalogue_entry *find_unicode(const tc_language_catalogue *c, tc_arena *scratch,
                                           tc_slice text)
{
    tc_slice key;
    text = tc_slice_trim(text);
    if (text.len == 0 || !may_begin(c, text) || !tc_utf8_catalogue_key(scratch, text, &key))
        return NULL;
    return ask(c, key);
}

/* Not UTF-8: an old code page, in which ':' is ':' and the wide colon of GBK is A3 BA. A0 is the
 * blank that does not break in those of one byte, and half a character in others. */
static const catalogue_entry *find_bytes(const tc_language_catalogue *c, tc_slice text)
{
    uint8_t buffer[TC_SEGMENT_MAX];
    size_t wide = tc_slice_search(text, TC_LIT("\xA3\xBA"));
    tc_slice key = ascii_key(tc_slice_sub(text, 0, wide), buffer);
    const catalogue_entry *entry = entry_of(c, c->bytes, key);
    if (entry != NULL || tc_slice_find(key, 0xA0) == TC_NPOS) return entry;
    for (size_t i = 0; i < key.len; i++)
        if (buffer[i] == 0xA0) buffer[i] = ' ';
    uint8_t blanked[TC_SEGMENT_MAX];
    return entry_of(c, c->bytes, ascii_key(key, blanked));
}

/* -- script --------------------------------------------------------------------------------- */

/* The script of a text: kana and Hangul decide at once, else the most frequent one. */
static tc_script script_of(tc_slice text)
{
    uint32_t counts[TC_SCRIPT_COUNT] = {0};
    size_t used = 0;
    for (size_t i = 0; i < text.len; i += used) {
        uint8_t letter = text.ptr[i] | 0x20;
        used = 1;
        if (letter >= 'a' && letter <= 'z')
            counts[TC_SCRIPT_LATIN]++;
        else if (text.ptr[i] >= 0x80)
            counts[tc_utf8_script(tc_utf8_next(tc_slice_sub(text, i, TC_NPOS), &used))]++;
    }
    if (counts[TC_SCRIPT_KANA] > 0) return TC_SCRIPT_KANA;
    if (counts[TC_SCRIPT_HANGUL] > 0) return TC_SCRIPT_HANGUL;
    unsigned best = TC_SCRIPT_NONE;
    for (unsigned s = TC_SCRIPT_LATIN; s < TC_SCRIPT_COUNT; s++)
        if (counts[s] > 0 && (best == TC_SCRIPT_NONE || counts[s] >= counts[best])) best = s;
    return (tc_script)best;
}

static bool has_any(tc_slice text, const uint32_t *points, size_t count)
{
    size_t used = 0;
    for (; text.len > 0; text = tc_slice_sub(text, used, TC_NPOS)) {
        uint32_t point = tc_utf8_fold_code_point(tc_utf8_next(text, &used));
        for (size_t i = 0; i < count; i++)
            if (point == points[i]) return true;
    }
    return false;
}
#define HAS_ANY(text, ...)                                                                         \
    has_any((text), (const uint32_t[]){__VA_ARGS__},                                               \
            sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

/* Letters that only some languages of the script have. */
static const char *cyrillic_language(tc_slice text)
{
    if (HAS_ANY(text, 0x4D9, 0x493, 0x49B, 0x4A3, 0x4B1, 0x4AF, 0x4E9)) return "kk";
    if (HAS_ANY(text, 0x45E)) return "be";
    if (HAS_ANY(text, 0x453, 0x45C, 0x455)) return "mk";
    if (HAS_ANY(text, 0x452, 0x45B)) return "sr";
    if (HAS_ANY(text, 0x457, 0x454, 0x491, 0x456)) return "uk";
    if (HAS_ANY(text, 0x44B, 0x44D, 0x451)) return "ru";
    if (HAS_ANY(text, 0x44A)) return "bg";
    return "";
}

static const char *arabic_language(tc_slice text, uint8_t *ret_certainty)
{
    if (HAS_ANY(text, 0x679, 0x688, 0x691, 0x6BA, 0x6D2)) return "ur";
    if (HAS_ANY(text, 0x67E, 0x686, 0x698, 0x6AF, 0x6A9, 0x6CC)) {
        *ret_certainty = CERTAIN_HINT;
        return "fa";
    }
    return "ar";
}

/* GB 2312 and not Big5 tells Simplified. What JIS can write as well may be Japanese. */
static const char *han_language(const tc_language_catalogue *c, tc_slice text,
                                uint8_t *ret_certainty)
{
    unsigned sets = tc_han_sets(&c->han, text, NULL);
    *ret_certainty = CERTAIN_CHARSET;
    if ((sets & TC_HAN_GB2312) && !(sets & TC_HAN_BIG5)) {
        if (sets & TC_HAN_JIS) *ret_certainty = CERTAIN_HINT;
        return "zh-Hans";
    }
    if (sets == TC_HAN_BIG5) return "zh-Hant";
    if (sets == TC_HAN_JIS) return "ja";
    return "";
}

static const char *language_of_script(const tc_language_catalogue *c, tc_script script,
                                      tc_slice text, uint8_t *ret_certainty)
{
    *ret_certainty = CERTAIN_SCRIPT;
    switch (script) {
    case TC_SCRIPT_HANGUL:
        return "ko";
    case TC_SCRIPT_KANA:
        return "ja";
    case TC_SCRIPT_THAI:
        return "th";
    case TC_SCRIPT_GREEK:
        return "el";
    case TC_SCRIPT_HEBREW:
        return "he";
    case TC_SCRIPT_ARABIC:
        return arabic_language(text, ret_certainty);
    case TC_SCRIPT_CYRILLIC:
        *ret_certainty = CERTAIN_CHARSET;
        return cyrillic_language(text);
    case TC_SCRIPT_HAN:
        return han_language(c, text, ret_certainty);
    case TC_SCRIPT_NONE:
    case TC_SCRIPT_LATIN:
    case TC_SCRIPT_DEVANAGARI:
    case TC_SCRIPT_OTHER:
    case TC_SCRIPT_COUNT:
        break;
    }
    *ret_certainty = 0;
    return "";
}

/* -- judging -------------------------------------------------------------------------------- */

static void judge_known(const tc_language_catalogue *c, const catalogue_entry *entry,
                        const segment *seg, bool unicode, tc_language_verdict *ret)
{
    ret->kind = entry->kind;
    ret->language = c->classes[entry->language];
    ret->certainty = entry->language ? entry->certainty : 0;
    if (!unicode) return;
    ret->script = script_of(seg->text);
    uint8_t certainty = 0;
    tc_slice by_script = tc_slice_of(language_of_script(c, ret->script, seg->text, &certainty));
    if (ret->language.len > 0 && tc_slice_equal(by_script, ret->language))
        ret->certainty = TC_MAX(ret->certainty, certainty);
}

static void judge_unknown(const tc_language_catalogue *c, const segment *seg,
                          tc_language_verdict *ret)
{
    uint8_t certainty = 0;
    /* Without a colon there is no prefix: all of it is somebody's own words. */
    if (!seg->colon) return;
    ret->garbled = tc_garbled_is(seg->text);
    if (!tc_utf8_valid(seg->text)) return;
    ret->script = script_of(seg->text);
    ret->language = tc_slice_of(language_of_script(c, ret->script, seg->text, &certainty));
    ret->certainty = ret->language.len > 0 ? certainty : 0;
}

static const catalogue_entry *find(const tc_language_catalogue *c, tc_arena *scratch,
                                   const segment *seg, bool unicode)
{
    if (seg->ascii) return find_ascii(c, seg);
    return unicode ? find_unicode(c, scratch, seg->text) : find_bytes(c, seg->text);
}

/* A prefix that was UTF-8 before it was taken for Windows-1252: known, or of another script. */
static bool judge_undone(const tc_language_catalogue *c, tc_arena *scratch, const segment *seg,
                         tc_language_verdict *ret)
{
    uint8_t buffer[TC_SEGMENT_MAX];
    segment was = {.colon = seg->colon};
    if (seg->text.len > sizeof(buffer) || !tc_garbled_undo(seg->text, buffer, &was.text))
        return false;
    size_t wide = find_wide_colon(was.text);
    if (wide != TC_NPOS) {
        was.text.len = wide;
        was.colon = true;
    }
    const catalogue_entry *entry = find_unicode(c, scratch, was.text);
    if (entry != NULL && !entry->quoting) {
        judge_known(c, entry, &was, true, ret);
        return true;
    }
    tc_script script = script_of(was.text);
    if (script == TC_SCRIPT_NONE || script == TC_SCRIPT_LATIN) return false;
    judge_unknown(c, &was, ret);
    return true;
}

void tc_language_judge(const tc_language_catalogue *c, tc_arena *scratch, tc_slice subject,
                       tc_language_verdict *ret)
{
    *ret = (tc_language_verdict){.kind = TC_MESSAGE_NONE};
    tc_slice s = tc_slice_trim(subject);
    for (int peel = 0; peel < PEELS_MAX && s.len > 0; peel++) {
        tc_slice peeled = peel_tag(s);
        if (peeled.ptr != s.ptr) {
            s = peeled;
            continue;
        }
        segment seg = cut_segment(s);
        bool unicode = seg.ascii || tc_utf8_valid(seg.text);
        const catalogue_entry *entry = find(c, scratch, &seg, unicode);
        if (entry != NULL && entry->quoting && seg.colon) {
            ret->quoted = true;
            s = tc_slice_trim(seg.rest);
            continue;
        }
        if (entry != NULL && !entry->quoting)
            judge_known(c, entry, &seg, unicode, ret);
        else if (seg.ascii || !judge_undone(c, scratch, &seg, ret))
            judge_unknown(c, &seg, ret);
        return;
    }
}
