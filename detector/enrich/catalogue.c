#include "detector/enrich/catalogue.h"

#include "detector/enrich/tsv.h"
#include "parsers/base/alloc.h"

#define PREFIXES_MAX 4096
#define LOCALES_MAX 4096
#define TEXTS_MAX ((size_t)4 << 20)

static TC_STATUS no_memory(tc_error *reterr)
{
    return tc_fail(reterr, TC_ENOMEM, "no memory for the language tables");
}

/* -- classes -------------------------------------------------------------------------------- */

static TC_STATUS class_index(tc_language_catalogue *c, tc_slice name, uint16_t *ret)
{
    for (size_t i = 0; i < c->class_count; i++) {
        if (tc_slice_equal(c->classes[i], name)) {
            *ret = (uint16_t)i;
            return TC_SUCCESS;
        }
    }
    TC_TRY(tc_grow(&c->classes, &c->class_capacity, c->class_count + 1, sizeof(tc_slice), 1024));
    if (!tc_arena_copy(c->texts, name, &c->classes[c->class_count])) return (tc_status){TC_ENOMEM};
    *ret = (uint16_t)c->class_count++;
    return TC_SUCCESS;
}

/* -- prefixes ------------------------------------------------------------------------------- */

size_t tc_beginning(tc_slice text, uint32_t *ret_points, size_t count)
{
    size_t found = 0, used = 0;
    for (; found < count && text.len > 0; text = tc_slice_sub(text, used, TC_NPOS))
        ret_points[found++] = tc_utf8_fold_code_point(tc_utf8_next(text, &used));
    return found;
}

static void note_beginning(tc_language_catalogue *c, tc_slice text)
{
    uint32_t points[3];
    if (tc_beginning(text, points, 3) < 3) return;
    size_t bit = tc_beginning_hash(points);
    c->beginnings[bit / 64] |= (uint64_t)1 << (bit % 64);
}

static bool parse_kind(tc_slice text, catalogue_entry *ret)
{
    ret->quoting = tc_slice_equal(text, TC_LIT("reply")) || tc_slice_equal(text, TC_LIT("forward"));
    ret->kind = TC_MESSAGE_NONE;
    for (unsigned k = TC_MESSAGE_OOF; k < TC_MESSAGE_KIND_COUNT; k++)
        if (tc_slice_equal(text, tc_slice_of(tc_message_kind_name((tc_message_kind)k))))
            ret->kind = (tc_message_kind)k;
    return ret->quoting || ret->kind != TC_MESSAGE_NONE;
}

static bool parse_certainty(tc_slice text, uint8_t *ret)
{
    static const uint8_t certainties[] = {95, 80, 60};
    if (text.len != 1 || text.ptr[0] < 'A' || text.ptr[0] > 'C') return false;
    *ret = certainties[text.ptr[0] - 'A'];
    return true;
}

/* Adds the entry, or makes what is there under the key agree with it. False: another kind. */
static TC_STATUS put_entry(tc_language_catalogue *c, tc_map *map, tc_slice key,
                           catalogue_entry entry, bool *ret_agrees)
{
    uint64_t *slot = NULL;
    bool created = false;
    *ret_agrees = true;
    TC_TRY(tc_map_put(map, key, &slot, &created));
    if (created) {
        TC_TRY(tc_grow(&c->entries, &c->entry_capacity, c->entry_count + 1, sizeof(catalogue_entry),
                       4 * PREFIXES_MAX));
        *slot = c->entry_count;
        c->entries[c->entry_count++] = entry;
        return TC_SUCCESS;
    }
    catalogue_entry *held = &c->entries[*slot];
    *ret_agrees = held->kind == entry.kind && held->quoting == entry.quoting;
    if (held->language == entry.language)
        held->certainty = TC_MAX(held->certainty, entry.certainty);
    else
        held->language = 0;
    return TC_SUCCESS;
}

/* Where logs are not UTF-8: the prefix as the old code pages of its language write it. */
static TC_STATUS put_code_pages(tc_language_catalogue *c, tc_code_pages *pages, tc_slice prefix,
                                tc_slice language, catalogue_entry entry)
{
    if (tc_utf8_is_ascii(prefix)) return TC_SUCCESS;
    entry.certainty = TC_MIN(entry.certainty, (uint8_t)80);
    for (size_t nth = 0; nth < 2; nth++) {
        uint8_t bytes[TC_CODE_PAGE_TEXT];
        size_t length = 0;
        bool agrees;
        if (!tc_code_pages_write(pages, language, nth, prefix, bytes, &length)) continue;
        for (size_t i = 0; i < length; i++)
            if (bytes[i] >= 'A' && bytes[i] <= 'Z') bytes[i] = (uint8_t)(bytes[i] + 32);
        TC_TRY(put_entry(c, c->bytes, tc_slice_make(bytes, length), entry, &agrees));
    }
    return TC_SUCCESS;
}

static TC_STATUS put_prefix(tc_language_catalogue *c, tc_code_pages *pages, const tc_tsv *t,
                            const tc_slice cells[4], tc_error *reterr)
{
    catalogue_entry entry = {0};
    tc_slice key;
    bool agrees = true;
    if (cells[0].len == 0 || cells[0].len > TC_SEGMENT_MAX / 2 || !tc_utf8_valid(cells[0]))
        return tc_tsv_wrong(t, 0, reterr, "is no prefix", cells[0]);
    if (cells[1].len == 0) return tc_tsv_wrong(t, 1, reterr, "is no language", cells[1]);
    if (!parse_kind(cells[2], &entry))
        return tc_tsv_wrong(t, 2, reterr, "is no kind of message", cells[2]);
    if (!parse_certainty(cells[3], &entry.certainty))
        return tc_tsv_wrong(t, 3, reterr, "is not A, B or C", cells[3]);
    TC_TRY(class_index(c, cells[1], &entry.language));
    if (entry.quoting) entry.language = 0;
    tc_arena_mark mark = tc_arena_save(c->texts);
    if (!tc_utf8_catalogue_key(c->texts, cells[0], &key)) return (tc_status){TC_ENOMEM};
    TC_TRY(put_entry(c, c->prefixes, key, entry, &agrees));
    if (!agrees)
        return tc_tsv_wrong(t, 0, reterr, "is in the table as another kind already", cells[0]);
    note_beginning(c, cells[0]);
    note_beginning(c, key);
    if (tc_utf8_is_ascii(key)) c->lengths_of[key.ptr[0]] |= tc_length_bit(key.len);
    tc_arena_rewind(c->texts, mark);
    return put_code_pages(c, pages, cells[0], cells[1], entry);
}

static TC_STATUS read_prefixes(tc_language_catalogue *c, const char *folder, tc_error *reterr)
{
    static const char *const columns[] = {"prefix", "language", "kind", "certainty"};
    tc_tsv t;
    tc_slice cells[4];
    bool more = true;
    TC_TRY(tc_tsv_open(&t, folder, "system-messages.tsv", columns, 4, reterr));
    tc_code_pages pages;
    tc_code_pages_init(&pages);
    tc_status status = TC_SUCCESS;
    while (!tc_failed(status)) {
        status = tc_tsv_next(&t, cells, &more, reterr);
        if (tc_failed(status) || !more) break;
        status = put_prefix(c, &pages, &t, cells, reterr);
    }
    tc_code_pages_done(&pages);
    tc_tsv_close(&t);
    return status;
}

/* -- locales -------------------------------------------------------------------------------- */

static tc_slice fold_tag(tc_slice tag, uint8_t out[40])
{
    size_t length = TC_MIN(tag.len, (size_t)40);
    for (size_t i = 0; i < length; i++) {
        uint8_t byte = tag.ptr[i];
        if (byte >= 'A' && byte <= 'Z') byte = (uint8_t)(byte + 32);
        out[i] = byte == '_' ? '-' : byte;
    }
    return (tc_slice){out, length};
}

static tc_slice lcid_key(uint64_t lcid, char out[24])
{
    int length = snprintf(out, 24, "%" PRIu64, lcid & 0xFFFF);
    return tc_slice_make(out, (size_t)length);
}

static TC_STATUS put_locale(tc_language_catalogue *c, const tc_tsv *t, const tc_slice cells[3],
                            tc_error *reterr)
{
    uint8_t tag[40];
    char text[24];
    uint16_t language = 0;
    uint64_t lcid = 0, *slot = NULL;
    if (cells[1].len == 0 || cells[1].len > sizeof(tag))
        return tc_tsv_wrong(t, 1, reterr, "is no language tag", cells[1]);
    if (cells[2].len == 0) return tc_tsv_wrong(t, 2, reterr, "is no language class", cells[2]);
    TC_TRY(class_index(c, cells[2], &language));
    TC_TRY(tc_map_put(c->locales, fold_tag(cells[1], tag), &slot, NULL));
    *slot = language;
    if (tc_slice_equal(cells[0], TC_LIT("-"))) return TC_SUCCESS;
    if (!tc_slice_hex_to_u64(cells[0], &lcid) || lcid > 0xFFFF)
        return tc_tsv_wrong(t, 0, reterr, "is no locale identifier", cells[0]);
    TC_TRY(tc_map_put(c->locales, lcid_key(lcid, text), &slot, NULL));
    *slot = language;
    return TC_SUCCESS;
}

static TC_STATUS read_locales(tc_language_catalogue *c, const char *folder, tc_error *reterr)
{
    static const char *const columns[] = {"lcid", "tag", "class"};
    tc_tsv t;
    tc_slice cells[3];
    bool more = true;
    TC_TRY(tc_tsv_open(&t, folder, "locales.tsv", columns, 3, reterr));
    tc_status status = TC_SUCCESS;
    while (!tc_failed(status)) {
        status = tc_tsv_next(&t, cells, &more, reterr);
        if (tc_failed(status) || !more) break;
        status = put_locale(c, &t, cells, reterr);
    }
    tc_tsv_close(&t);
    return status;
}

tc_slice tc_language_class(const tc_language_catalogue *c, tc_slice tag_or_lcid)
{
    uint8_t folded[40];
    char text[24];
    uint64_t number = 0;
    tc_slice tag = tc_slice_trim(tag_or_lcid);
    bool is_number = tc_slice_to_u64(tag, &number);
    if (!is_number && tc_slice_starts_ascii(tag, TC_LIT("0x")))
        is_number = tc_slice_hex_to_u64(tag, &number);
    if (tag.len == 0 || tag.len > sizeof(folded)) return TC_EMPTY_SLICE;
    tc_slice key = is_number ? lcid_key(number, text) : fold_tag(tag, folded);
    for (;;) {
        const uint64_t *slot = tc_map_get(c->locales, key);
        if (slot != NULL) return c->classes[*slot];
        /* A region nobody listed: its language, if that is listed. */
        size_t dash = tc_slice_rfind(key, '-');
        if (is_number || dash == TC_NPOS) return TC_EMPTY_SLICE;
        key.len = dash;
    }
}

/* -- opening -------------------------------------------------------------------------------- */

static TC_STATUS fill(tc_language_catalogue *c, const char *folder, tc_error *reterr)
{
    uint16_t none;
    c->texts = tc_arena_new(TEXTS_MAX);
    c->prefixes = tc_map_new(PREFIXES_MAX);
    c->bytes = tc_map_new(2 * PREFIXES_MAX);
    c->locales = tc_map_new(LOCALES_MAX);
    if (c->texts == NULL || c->prefixes == NULL || c->bytes == NULL || c->locales == NULL)
        return (tc_status){TC_ENOMEM};
    TC_TRY(class_index(c, TC_EMPTY_SLICE, &none));
    TC_TRY(tc_han_table_fill(&c->han, reterr));
    TC_TRY(read_locales(c, folder, reterr));
    return read_prefixes(c, folder, reterr);
}

TC_STATUS tc_language_catalogue_open(const char *tables_folder, tc_language_catalogue **ret,
                                     tc_error *reterr)
{
    tc_language_catalogue *c = tc_alloc(1, sizeof(*c));
    if (c == NULL) return no_memory(reterr);
    tc_status status = fill(c, tables_folder, reterr);
    if (tc_failed(status)) {
        tc_language_catalogue_free(c);
        if (status.code == TC_ENOMEM) return no_memory(reterr);
        if (status.code == TC_ELIMIT)
            return tc_fail(reterr, TC_ELIMIT, "the language tables have too many rows");
        return status;
    }
    *ret = c;
    return TC_SUCCESS;
}

void tc_language_catalogue_free(tc_language_catalogue *c)
{
    if (c == NULL) return;
    tc_map_free(c->prefixes);
    tc_map_free(c->bytes);
    tc_map_free(c->locales);
    tc_free(c->classes);
    tc_free(c->entries);
    tc_arena_free(c->texts);
    tc_free(c);
}
