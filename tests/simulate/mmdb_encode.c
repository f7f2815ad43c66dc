#include "tests/simulate/mmdb_encode.h"

void mmdb_text(tc_str *out, const char *s)
{
    size_t n = strlen(s);
    if (n < 29) {
        tc_str_add_byte(out, (uint8_t)(0x40 | n));
    } else {
        tc_str_add_byte(out, 0x5d);
        tc_str_add_byte(out, (uint8_t)(n - 29));
    }
    tc_str_add(out, tc_slice_of(s));
}

void mmdb_number(tc_str *out, uint8_t type, uint64_t n)
{
    uint8_t bytes[8], length = 0;
    for (int shift = 56; shift >= 0; shift -= 8)
        if (length || n >> shift) bytes[length++] = (uint8_t)(n >> shift);
    if (type < 8) {
        tc_str_add_byte(out, (uint8_t)(type << 5 | length));
    } else {
        tc_str_add_byte(out, length);
        tc_str_add_byte(out, (uint8_t)(type - 7));
    }
    tc_str_add(out, tc_slice_make(bytes, length));
}

void mmdb_map(tc_str *out, uint8_t pairs)
{
    tc_str_add_byte(out, (uint8_t)(0xe0 | pairs));
}

void mmdb_metadata(tc_str *out, const char *type, const char *description, uint32_t nodes,
                   uint8_t record_bits, tc_time built)
{
    tc_str_add(out, TC_LIT("\xab\xcd\xefMaxMind.com"));
    mmdb_map(out, 9);
    mmdb_text(out, "binary_format_major_version");
    mmdb_number(out, 5, 2);
    mmdb_text(out, "binary_format_minor_version");
    mmdb_number(out, 5, 0);
    mmdb_text(out, "build_epoch");
    mmdb_number(out, 9, (uint64_t)(built / TC_SECOND));
    mmdb_text(out, "database_type");
    mmdb_text(out, type);
    mmdb_text(out, "description");
    mmdb_map(out, 1);
    mmdb_text(out, "en");
    mmdb_text(out, description);
    mmdb_text(out, "ip_version");
    mmdb_number(out, 5, 6);
    mmdb_text(out, "languages");
    tc_str_add_byte(out, 1);
    tc_str_add_byte(out, 4);
    mmdb_text(out, "en");
    mmdb_text(out, "node_count");
    mmdb_number(out, 6, nodes);
    mmdb_text(out, "record_size");
    mmdb_number(out, 5, record_bits);
}
