/* Grows the tree and writes it with 28-bit records: 24 bits are too few for a large data section.
 */
#include "tests/simulate/organisation/mmdb.h"

#include "parsers/base/alloc.h"
#include "tests/simulate/mmdb_encode.h"
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
    mmdb_map(&m->data, 1);
    mmdb_text(&m->data, "country");
    mmdb_map(&m->data, 1);
    mmdb_text(&m->data, "iso_code");
    mmdb_text(&m->data, country);
}

void mmdb_add_asn(mmdb *m, tc_cidr cidr, uint32_t asn, const char *holder)
{
    insert(m, cidr, (uint32_t)m->data.len);
    mmdb_map(&m->data, 2);
    mmdb_text(&m->data, "autonomous_system_number");
    mmdb_number(&m->data, 6, asn);
    mmdb_text(&m->data, "autonomous_system_organization");
    mmdb_text(&m->data, holder);
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

bool mmdb_write(mmdb *m, const char *path, tc_time built)
{
    tc_str file;
    tc_str_init(&file, 256 << 20);
    add_tree(m, &file);
    for (int i = 0; i < 16; i++)
        tc_str_add_byte(&file, 0);
    tc_str_add(&file, tc_str_view(&m->data));
    mmdb_metadata(&file, m->type, "Simulated networks", m->count, 28, built);
    FILE *out = fopen(path, "wb");
    bool ok = out != NULL && fwrite(file.data, 1, file.len, out) == file.len;
    if (out != NULL && fclose(out) != 0) ok = false;
    if (tc_failed(tc_str_status(&file))) ok = false;
    tc_str_done(&file);
    return ok;
}
