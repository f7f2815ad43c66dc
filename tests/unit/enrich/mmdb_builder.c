#include "tests/unit/enrich/mmdb_builder.h"

#include <criterion/criterion.h>
#include <unistd.h>

#define DATA UINT32_C(0x80000000)

void mmdb_init(mmdb_builder *b)
{
    memset(b->nodes, 0, sizeof(b->nodes));
    b->node_count = 1;
    tc_str_init(&b->data, 1 << 22);
}

void mmdb_done(mmdb_builder *b)
{
    tc_str_done(&b->data);
}

static uint32_t control(tc_str *out, unsigned type, uint32_t size)
{
    uint32_t at = (uint32_t)out->len;
    unsigned low = size < 29 ? size : size < 285 ? 29 : 30;
    tc_str_add_byte(out, (uint8_t)((type > 7 ? 0 : type << 5) | low));
    if (type > 7) tc_str_add_byte(out, (uint8_t)(type - 7));
    if (low == 29) tc_str_add_byte(out, (uint8_t)(size - 29));
    if (low == 30) {
        tc_str_add_byte(out, (uint8_t)((size - 285) >> 8));
        tc_str_add_byte(out, (uint8_t)(size - 285));
    }
    return at;
}

static uint32_t add_string(tc_str *out, const char *text)
{
    uint32_t at = control(out, 2, (uint32_t)strlen(text));
    tc_str_add(out, tc_slice_of(text));
    return at;
}

static uint32_t add_number(tc_str *out, unsigned type, uint32_t number)
{
    unsigned bytes = type == 5 ? 2 : 4;
    uint32_t at = control(out, type, bytes);
    for (int shift = 8 * (int)bytes - 8; shift >= 0; shift -= 8)
        tc_str_add_byte(out, (uint8_t)(number >> shift));
    return at;
}

uint32_t mmdb_map(mmdb_builder *b, unsigned members)
{
    return control(&b->data, 7, members);
}

uint32_t mmdb_array(mmdb_builder *b, unsigned members)
{
    return control(&b->data, 11, members);
}

uint32_t mmdb_string(mmdb_builder *b, const char *text)
{
    return add_string(&b->data, text);
}

uint32_t mmdb_number(mmdb_builder *b, uint32_t number)
{
    return add_number(&b->data, 6, number);
}

uint32_t mmdb_pointer(mmdb_builder *b, uint32_t offset)
{
    uint32_t at = (uint32_t)b->data.len;
    tc_str_add_byte(&b->data, 0x38);
    for (int shift = 24; shift >= 0; shift -= 8)
        tc_str_add_byte(&b->data, (uint8_t)(offset >> shift));
    return at;
}

uint32_t mmdb_country(mmdb_builder *b, const char *country, const char *registered)
{
    uint32_t at = mmdb_map(b, 1u + (country != NULL) + (registered != NULL));
    /* Something to skip, as real records have it. */
    mmdb_string(b, "continent");
    mmdb_map(b, 1);
    mmdb_string(b, "names");
    mmdb_array(b, 2);
    mmdb_string(b, "Somewhere");
    mmdb_string(b, "Irgendwo");
    if (country != NULL) {
        mmdb_string(b, "country");
        mmdb_map(b, 2);
        mmdb_string(b, "geoname_id");
        mmdb_number(b, 12345);
        mmdb_string(b, "iso_code");
        mmdb_string(b, country);
    }
    if (registered != NULL) {
        mmdb_string(b, "registered_country");
        mmdb_map(b, 1);
        mmdb_string(b, "iso_code");
        mmdb_string(b, registered);
    }
    return at;
}

uint32_t mmdb_asn(mmdb_builder *b, uint32_t asn, const char *holder)
{
    uint32_t at = mmdb_map(b, holder != NULL ? 2 : 1);
    mmdb_string(b, "autonomous_system_number");
    mmdb_number(b, asn);
    if (holder != NULL) {
        mmdb_string(b, "autonomous_system_organization");
        mmdb_string(b, holder);
    }
    return at;
}

void mmdb_put(mmdb_builder *b, const char *cidr, uint32_t offset)
{
    tc_cidr c;
    cr_assert(tc_cidr_parse(tc_slice_of(cidr), &c, NULL));
    tc_ip ip = c.network;
    if (tc_ip_is_v4(ip)) memset(ip.bytes, 0, 12);
    uint32_t node = 0;
    for (unsigned bit = 0; bit < c.bits; bit++) {
        unsigned side = ip.bytes[bit / 8] >> (7 - bit % 8) & 1;
        if (bit + 1u == c.bits) {
            b->nodes[node][side] = DATA | offset;
            return;
        }
        if (b->nodes[node][side] == 0) {
            cr_assert_lt(b->node_count, MMDB_NODES);
            b->nodes[node][side] = b->node_count++;
        }
        node = b->nodes[node][side];
    }
}

static void add_metadata(const mmdb_builder *b, tc_str *out)
{
    control(out, 7, 9);
    add_string(out, "build_epoch");
    add_number(out, 9, 1300000000);
    add_string(out, "description");
    control(out, 7, 0);
    add_string(out, "languages");
    control(out, 11, 0);
    add_string(out, "binary_format_major_version");
    add_number(out, 5, 2);
    add_string(out, "binary_format_minor_version");
    add_number(out, 5, 0);
    add_string(out, "database_type");
    add_string(out, "Test");
    add_string(out, "ip_version");
    add_number(out, 5, 6);
    add_string(out, "node_count");
    add_number(out, 6, b->node_count);
    add_string(out, "record_size");
    add_number(out, 5, 24);
}

void mmdb_render(const mmdb_builder *b, tc_slice metadata, tc_str *out)
{
    for (uint32_t i = 0; i < b->node_count; i++) {
        for (int side = 0; side < 2; side++) {
            uint32_t record = b->nodes[i][side];
            if (record == 0)
                record = b->node_count;
            else if (record & DATA)
                record = b->node_count + 16 + (record & ~DATA);
            for (int shift = 16; shift >= 0; shift -= 8)
                tc_str_add_byte(out, (uint8_t)(record >> shift));
        }
    }
    for (int i = 0; i < 16; i++)
        tc_str_add_byte(out, 0);
    tc_str_add(out, tc_str_view(&b->data));
    tc_str_add(out, TC_LIT("\xAB\xCD\xEFMaxMind.com"));
    if (metadata.len)
        tc_str_add(out, metadata);
    else
        add_metadata(b, out);
}

const char *mmdb_write_bytes(tc_slice bytes)
{
    static char path[64];
    snprintf(path, sizeof(path), "tocsin-geo-XXXXXX");
    int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, bytes.ptr, bytes.len), (ssize_t)bytes.len);
    close(fd);
    return path;
}

const char *mmdb_write(const mmdb_builder *b)
{
    tc_str out;
    tc_str_init(&out, 1 << 24);
    mmdb_render(b, TC_EMPTY_SLICE, &out);
    const char *path = mmdb_write_bytes(tc_str_view(&out));
    tc_str_done(&out);
    return path;
}
