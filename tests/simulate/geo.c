/*
 * A small GeoLite2-shaped database of the example networks (MaxMind DB file format 2.0): a binary
 * tree over 128 bits with IPv4 below ::/96, a data section, and the metadata.
 */
#include "tests/simulate/world.h"

#include "parsers/base/ip.h"
#include "tests/simulate/mmdb_encode.h"

#define NODES_MAX 4096

typedef struct network {
    const char *cidr, *country;
    uint32_t asn;
    const char *holder;
} network;

static const network networks[] = {
    {"192.0.2.0/24", "BE", 64496, "Example Home Net"},
    {"2001:db8::/32", "BE", 64497, "Example Fibre"},
    {"198.51.100.0/25", "BE", 64498, "Example Mobile"},
    {"198.51.100.192/26", "PT", 64500, "Example Hotels"},
    {"203.0.113.0/25", "US", 64503, "Example Cloud"},
    {"203.0.113.192/26", "CN", 64510, "Example Hosting"},
};

typedef struct tree {
    uint32_t child[NODES_MAX][2]; /* 0 = nothing; else node number, or data offset + NODES_MAX */
    uint32_t count;
} tree;

static void write_data(tc_str *out, const network *n)
{
    mmdb_map(out, 3);
    mmdb_text(out, "country");
    mmdb_map(out, 1);
    mmdb_text(out, "iso_code");
    mmdb_text(out, n->country);
    mmdb_text(out, "autonomous_system_organization");
    mmdb_text(out, n->holder);
    mmdb_text(out, "autonomous_system_number");
    mmdb_number(out, 6, n->asn);
}

static void insert(tree *t, const network *n, uint32_t data)
{
    tc_cidr cidr;
    uint32_t node = 0;
    uint8_t bits[16];
    if (!tc_cidr_parse(tc_slice_of(n->cidr), &cidr, NULL)) return;
    memcpy(bits, cidr.network.bytes, sizeof(bits));
    if (tc_ip_is_v4(cidr.network)) bits[10] = bits[11] = 0;
    for (uint8_t i = 0; i < cidr.bits; i++) {
        uint32_t side = bits[i / 8] >> (7 - i % 8) & 1;
        if (i + 1 == cidr.bits) {
            t->child[node][side] = data + NODES_MAX;
        } else {
            if (t->child[node][side] == 0) t->child[node][side] = t->count++;
            node = t->child[node][side];
        }
    }
}

static void write_tree(tc_str *out, const tree *t)
{
    for (uint32_t i = 0; i < t->count; i++) {
        for (int side = 0; side < 2; side++) {
            uint32_t c = t->child[i][side];
            uint32_t record = c == 0           ? t->count
                              : c >= NODES_MAX ? c - NODES_MAX + t->count + 16
                                               : c;
            tc_str_add_byte(out, (uint8_t)(record >> 16));
            tc_str_add_byte(out, (uint8_t)(record >> 8));
            tc_str_add_byte(out, (uint8_t)record);
        }
    }
}

bool write_geo(const world *w)
{
    static tree t;
    char path[4096];
    tc_str data, file;
    tc_str_init(&data, 1 << 20);
    tc_str_init(&file, 1 << 20);
    memset(&t, 0, sizeof(t));
    t.count = 1;
    for (size_t i = 0; i < TC_COUNT_OF(networks); i++) {
        insert(&t, &networks[i], (uint32_t)data.len);
        write_data(&data, &networks[i]);
    }
    write_tree(&file, &t);
    for (int i = 0; i < 16; i++)
        tc_str_add_byte(&file, 0);
    tc_str_add(&file, tc_str_view(&data));
    mmdb_metadata(&file, "Example-Country-ASN", "Example networks", t.count, 24, w->set.start);
    snprintf(path, sizeof(path), "%s/geo.mmdb", w->set.folder);
    FILE *out = fopen(path, "wb");
    bool ok = out != NULL && fwrite(file.data, 1, file.len, out) == file.len;
    if (out != NULL && fclose(out) != 0) ok = false;
    tc_str_done(&data);
    tc_str_done(&file);
    return ok;
}
