#include "parsers/event/record_id.h"

#include "parsers/base/hash.h"

uint64_t tc_record_id_of_line(tc_slice raw)
{
    if (tc_slice_starts(raw, TC_LIT("\xEF\xBB\xBF"))) raw = tc_slice_sub(raw, 3, raw.len);
    while (raw.len > 0 && (raw.ptr[raw.len - 1] == '\n' || raw.ptr[raw.len - 1] == '\r'))
        raw.len--;
    return tc_content_hash(raw);
}

uint64_t tc_record_id_begin(const char *kind)
{
    return tc_content_hash(tc_slice_of(kind));
}

uint64_t tc_record_id_add(uint64_t id, tc_slice text)
{
    return tc_content_hash_add(id, text);
}

uint64_t tc_record_id_add_name(uint64_t id, tc_slice name)
{
    uint8_t folded[TC_RECORD_ID_NAME_MAX];
    name = tc_slice_trim(name);
    size_t length = TC_MIN(name.len, sizeof folded);
    for (size_t i = 0; i < length; i++) {
        uint8_t c = name.ptr[i];
        folded[i] = c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
    }
    return tc_content_hash_add(id, tc_slice_make(folded, length));
}

uint64_t tc_record_id_add_number(uint64_t id, uint64_t number)
{
    uint8_t bytes[8];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(number >> (8 * i));
    return tc_content_hash_add(id, tc_slice_make(bytes, sizeof bytes));
}
