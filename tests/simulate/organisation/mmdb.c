/* Grows the tree and writes it with 28-bit records: 24 bits are too few for a large data section.
 */
#include "tests/simulate/organisation/mmdb.h"

#include "parsers/base/alloc.h"
#include "parsers/base/str.h"
#include "tests/simulate/organisation/org.h"

#define DATA UINT32_C(0x80000000) /* a child that is data, not a node */

struct mmdb {
    uint32_t (*child)[2];
    size_t capacity;
    uint32_t count;
    tc_str data;
    const char *type;
};

mmdb *mmdb_new(const char *type)
{
    mmdb *m = sim_alloc(1, sizeof(mmdb));
    tc_str_init(&m->data, 64 << 20);
    m->type = type;
    sim_grow(&m->child, &m->capacity, 1024, sizeof(*m->child));
    m->child[0][0] = m->child[0][1] = 0;
    m->count = 1;
    return m;
}

void mmdb_free(mmdb *m)
{
    tc_str_done(&m->data);
    tc_free(m->child);
    tc_free(m);
}

static void text(tc_str *out, const char *s)
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

static void number(tc_str *out, uint8_t type, uint64_t n)
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

static void map(tc_str *out, uint8_t pairs)
{
    tc_str_add_byte(out, (uint8_t)(0xe0 | pairs));
}

static void insert(mmdb *m, tc_cidr cidr, uint32_t data)
{
    uint8_t bits[16];
    uint32_t node = 0;
    memcpy(bits, cidr.network.bytes, sizeof(bits));
    if (tc_ip_is_v4(cidr.network)) bits[10] = bits[11] = 0;
    for (uint8_t i = 0; i < cidr.bits; i++) {
        uint32_t side = bits[i / 8] >> (7 - i % 8) & 1;
        if (i + 1 == cidr.bits) {
            m->child[node][side] = data | DATA;
        } else {
            if (m->child[node][side] == 0) {
                sim_grow(&m->child, &m->capacity, m->count + 1, sizeof(*m->child));
                m->child[m->count][0] = m->child[m->count][1] = 0;
                m->child[node][side] = m->count++;
            }
            node = m->child[node][side];
            if (node & DATA) return;
        }
    }
}

void mmdb_add_country(mmdb *m, tc_cidr cidr, const char *country)
{
    insert(m, cidr, (uint32_t)m->data.len);
    map(&m->data, 1);
    text(&m->data, "country");
    map(&m->data, 1);
    text(&m->data, "iso_code");
    text(&m->data, country);
}

void mmdb_add_asn(mmdb *m, tc_cidr cidr, uint32_t asn, const char *holder)
{
    insert(m, cidr, (uint32_t)m->data.len);
    map(&m->data, 2);
    text(&m->data, "autonomous_system_number");
    number(&m->data, 6, asn);
    text(&m->data, "autonomous_system_organization");
    text(&m->data, holder);
}

static uint32_t record(const mmdb *m, uint32_t child)
{
    if (child == 0) return m->count;
    return child & DATA ? (child & ~DATA) + m->count + 16 : child;
}

static void add_tree(const mmdb *m, tc_str *out)
{
    for (uint32_t i = 0; i < m->count; i++) {
        uint32_t left = record(m, m->child[i][0]), right = record(m, m->child[i][1]);
        uint8_t b[7] = {
            (uint8_t)(left >> 16),  (uint8_t)(left >> 8),
            (uint8_t)left,          (uint8_t)((left >> 24 & 15) << 4 | (right >> 24 & 15)),
            (uint8_t)(right >> 16), (uint8_t)(right >> 8),
            (uint8_t)right};
        tc_str_add(out, tc_slice_make(b, sizeof(b)));
    }
}

static void add_metadata(const mmdb *m, tc_str *out, tc_time built)
{
    tc_str_add(out, TC_LIT("\xab\xcd\xefMaxMind.com"));
    map(out, 9);
    text(out, "binary_format_major_version");
    number(out, 5, 2);
    text(out, "binary_format_minor_version");
    number(out, 5, 0);
    text(out, "build_epoch");
    number(out, 9, (uint64_t)(built / TC_SECOND));
    text(out, "database_type");
    text(out, m->type);
    text(out, "description");
    map(out, 1);
    text(out, "en");
    text(out, "Simulated networks");
    text(out, "ip_version");
    number(out, 5, 6);
    text(out, "languages");
    tc_str_add_byte(out, 1);
    tc_str_add_byte(out, 4);
    text(out, "en");
    text(out, "node_count");
    number(out, 6, m->count);
    text(out, "record_size");
    number(out, 5, 28);
}

bool mmdb_write(mmdb *m, const char *path, tc_time built)
{
    tc_str file;
    tc_str_init(&file, 256 << 20);
    add_tree(m, &file);
    for (int i = 0; i < 16; i++)
        tc_str_add_byte(&file, 0);
    tc_str_add(&file, tc_str_view(&m->data));
    add_metadata(m, &file, built);
    FILE *out = fopen(path, "wb");
    bool ok = out != NULL && fwrite(file.data, 1, file.len, out) == file.len;
    if (out != NULL && fclose(out) != 0) ok = false;
    if (tc_failed(tc_str_status(&file))) ok = false;
    tc_str_done(&file);
    return ok;
}
