#include "detector/enrich/geo.h"

#include <arpa/inet.h>
#include <errno.h>
#include <maxminddb.h>
#include <netinet/in.h>

#include "detector/enrich/mmdb_data.h"
#include "parsers/base/alloc.h"

#define METADATA_MAX (128 * 1024) /* the specification's bound, from the end of the file */
#define METADATA_DEPTH 8
#define TREE_END 16   /* zero bytes behind the search tree */
#define SAMPLES 64    /* records looked at to see what a file has */
#define WALK_MAX 4096 /* nodes visited for them */

typedef struct database {
    MMDB_s file;
    bool open, has_country, has_asn;
} database;

struct tc_geo {
    database databases[TC_GEO_FILES_MAX];
    size_t count;
    bool has_country, has_asn;
};

/* -- values --------------------------------------------------------------------------------- */

static tc_slice data_of(const database *d)
{
    return tc_slice_make(d->file.data_section, d->file.data_section_size);
}

static bool take_country(tc_slice text, char out[4])
{
    if (text.len != 2 || text.ptr[0] < 'A' || text.ptr[0] > 'Z' || text.ptr[1] < 'A' ||
        text.ptr[1] > 'Z')
        return false;
    out[0] = (char)text.ptr[0];
    out[1] = (char)text.ptr[1];
    out[2] = '\0';
    return true;
}

static void read_country(tc_slice data, size_t record, tc_geo_answer *ret, bool *ret_broken)
{
    static const char *const members[] = {"country", "registered_country"};
    for (size_t i = 0; i < TC_COUNT_OF(members) && ret->country[0] == '\0'; i++) {
        tc_mmdb_value map, code;
        if (!tc_mmdb_member(data, record, tc_slice_of(members[i]), &map, ret_broken) ||
            map.kind != TC_MMDB_MAP ||
            !tc_mmdb_member(data, map.offset, TC_LIT("iso_code"), &code, ret_broken))
            continue;
        if (code.kind != TC_MMDB_STRING || !take_country(code.text, ret->country))
            *ret_broken = true;
    }
    tc_mmdb_value code;
    if (ret->country[0] == '\0' &&
        tc_mmdb_member(data, record, TC_LIT("country_code"), &code, ret_broken) &&
        (code.kind != TC_MMDB_STRING || !take_country(code.text, ret->country)))
        *ret_broken = true;
}

static void read_number(tc_slice data, size_t record, tc_geo_answer *ret, bool *ret_broken)
{
    tc_mmdb_value v;
    if (tc_mmdb_member(data, record, TC_LIT("autonomous_system_number"), &v, ret_broken)) {
        if (v.kind != TC_MMDB_NUMBER) v.number = UINT64_MAX;
    } else if (tc_mmdb_member(data, record, TC_LIT("asn"), &v, ret_broken)) {
        if (v.kind != TC_MMDB_STRING || !tc_slice_starts(v.text, TC_LIT("AS")) ||
            !tc_slice_to_u64(tc_slice_sub(v.text, 2, SIZE_MAX), &v.number))
            v.number = UINT64_MAX;
    } else {
        return;
    }
    if (v.number <= UINT32_MAX)
        ret->asn = (uint32_t)v.number;
    else
        *ret_broken = true;
}

static void read_asn(tc_slice data, size_t record, tc_geo_answer *ret, bool *ret_broken)
{
    static const char *const members[] = {"autonomous_system_organization", "as_name"};
    read_number(data, record, ret, ret_broken);
    for (size_t i = 0; i < TC_COUNT_OF(members) && ret->asn != 0 && ret->as_org.len == 0; i++) {
        tc_mmdb_value v;
        if (!tc_mmdb_member(data, record, tc_slice_of(members[i]), &v, ret_broken) ||
            v.kind != TC_MMDB_STRING)
            continue;
        ret->as_org = tc_slice_sub(v.text, 0, TC_GEO_ORG_MAX);
        /* A cut must not leave half a character. */
        while (ret->as_org.len < v.text.len && ret->as_org.len > 0 &&
               (v.text.ptr[ret->as_org.len] & 0xC0) == 0x80)
            ret->as_org.len--;
    }
}

/* -- opening -------------------------------------------------------------------------------- */

/* The search tree must end before the metadata: the library multiplies in 32 bits and believes the
 * result. */
static bool tree_fits(tc_slice metadata, uint64_t room)
{
    tc_mmdb_value nodes, bits;
    bool broken = false;
    if (!tc_mmdb_member(metadata, 0, TC_LIT("node_count"), &nodes, &broken) ||
        !tc_mmdb_member(metadata, 0, TC_LIT("record_size"), &bits, &broken) || broken ||
        nodes.kind != TC_MMDB_NUMBER || bits.kind != TC_MMDB_NUMBER)
        return false;
    bool known = bits.number == 24 || bits.number == 28 || bits.number == 32;
    return known && nodes.number > 0 && nodes.number <= UINT32_MAX &&
           nodes.number * (bits.number / 4) + TREE_END <= room;
}

/* `tail` is the end of a file of `size` bytes. */
static bool tail_is_sane(tc_slice tail, uint64_t size)
{
    const tc_slice marker = TC_LIT("\xAB\xCD\xEFMaxMind.com");
    tc_slice metadata = TC_EMPTY_SLICE;
    for (size_t at; (at = tc_slice_search(tail, marker)) != TC_NPOS;)
        metadata = tail = tc_slice_sub(tail, at + marker.len, TC_NPOS);
    return metadata.len > 0 && tc_mmdb_is_shallow(metadata, METADATA_DEPTH) &&
           tree_fits(metadata, size - metadata.len - marker.len);
}

/* What libmaxminddb takes on trust at opening (how deep the metadata nests, how large the tree is)
 * is looked over before. */
static bool file_is_sane(FILE *file)
{
    uint8_t *tail = tc_alloc(METADATA_MAX, 1);
    bool sane = false;
    off_t size = fseeko(file, 0, SEEK_END) == 0 ? ftello(file) : -1;
    if (tail != NULL && size > 0) {
        off_t length = TC_MIN(size, (off_t)METADATA_MAX);
        if (fseeko(file, size - length, SEEK_SET) == 0 &&
            fread(tail, 1, (size_t)length, file) == (size_t)length)
            sane = tail_is_sane(tc_slice_make(tail, (size_t)length), (uint64_t)size);
    }
    tc_free(tail);
    return sane;
}

static void sample_record(database *d, const MMDB_entry_s *entry)
{
    tc_geo_answer answer = {.asn = 0};
    bool broken = false;
    read_country(data_of(d), entry->offset, &answer, &broken);
    read_asn(data_of(d), entry->offset, &answer, &broken);
    d->has_country |= answer.country[0] != '\0';
    d->has_asn |= answer.asn != 0;
}

/* Walks the tree from its root until it has seen some records. */
static void sample(database *d)
{
    uint32_t stack[2 * 128 + 2];
    size_t depth = 0, samples = 0;
    stack[depth++] = 0;
    for (size_t walked = 0; depth > 0 && walked < WALK_MAX && samples < SAMPLES; walked++) {
        MMDB_search_node_s node;
        if (MMDB_read_node(&d->file, stack[--depth], &node) != MMDB_SUCCESS) return;
        const uint64_t records[] = {node.right_record, node.left_record};
        const uint8_t types[] = {node.right_record_type, node.left_record_type};
        const MMDB_entry_s *const entries[] = {&node.right_record_entry, &node.left_record_entry};
        for (size_t i = 0; i < 2; i++) {
            if (types[i] == MMDB_RECORD_TYPE_DATA) {
                sample_record(d, entries[i]);
                samples++;
            } else if (types[i] == MMDB_RECORD_TYPE_SEARCH_NODE && depth < TC_COUNT_OF(stack)) {
                stack[depth++] = (uint32_t)records[i];
            }
        }
    }
}

static TC_STATUS open_database(database *d, const char *path, tc_error *reterr)
{
    FILE *file = fopen(path, "rbe");
    if (file == NULL) return tc_fail_sys(reterr, errno, path, "cannot be opened");
    bool sane = file_is_sane(file);
    fclose(file);
    if (!sane)
        return tc_fail_at(reterr, TC_ESYNTAX, path, 0, 0,
                          "is no MaxMind DB file, or its metadata is damaged");
    int code = MMDB_open(path, MMDB_MODE_MMAP, &d->file);
    if (code != MMDB_SUCCESS)
        return tc_fail_at(reterr, code == MMDB_OUT_OF_MEMORY_ERROR ? TC_ENOMEM : TC_ESYNTAX, path,
                          0, 0, "cannot be used: %s", MMDB_strerror(code));
    d->open = true;
    sample(d);
    if (!d->has_country && !d->has_asn)
        return tc_fail_at(reterr, TC_ESYNTAX, path, 0, 0,
                          "has neither countries nor autonomous systems as GeoLite2 has them");
    return TC_SUCCESS;
}

TC_STATUS tc_geo_open(const char *const *files, size_t count, tc_geo **ret, tc_error *reterr)
{
    if (count > TC_GEO_FILES_MAX)
        return tc_fail(reterr, TC_ELIMIT, "more than %d geo databases", TC_GEO_FILES_MAX);
    tc_geo *geo = tc_alloc(1, sizeof(*geo));
    if (geo == NULL) return tc_fail(reterr, TC_ENOMEM, "no memory for the geo databases");
    for (size_t i = 0; i < count; i++) {
        database *d = &geo->databases[geo->count++];
        tc_status status = open_database(d, files[i], reterr);
        if (tc_failed(status)) {
            tc_geo_free(geo);
            return status;
        }
        geo->has_country |= d->has_country;
        geo->has_asn |= d->has_asn;
    }
    *ret = geo;
    return TC_SUCCESS;
}

void tc_geo_free(tc_geo *geo)
{
    if (geo == NULL) return;
    for (size_t i = 0; i < geo->count; i++)
        if (geo->databases[i].open) MMDB_close(&geo->databases[i].file);
    tc_free(geo);
}

bool tc_geo_has_country(const tc_geo *geo)
{
    return geo->has_country;
}

bool tc_geo_has_asn(const tc_geo *geo)
{
    return geo->has_asn;
}

/* -- looking up ----------------------------------------------------------------------------- */

static MMDB_lookup_result_s look_up(const MMDB_s *file, tc_ip ip, int *ret_code)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    const struct sockaddr *address = (const struct sockaddr *)(const void *)&v6;
    if (tc_ip_is_v4(ip)) {
        memcpy(&v4.sin_addr, ip.bytes + 12, 4);
        address = (const struct sockaddr *)(const void *)&v4;
    } else {
        memcpy(&v6.sin6_addr, ip.bytes, 16);
    }
    return MMDB_lookup_sockaddr(file, address, ret_code);
}

bool tc_geo_find(const tc_geo *geo, tc_ip ip, tc_geo_answer *ret)
{
    bool broken = false;
    *ret = (tc_geo_answer){.asn = 0};
    for (size_t i = 0; i < geo->count; i++) {
        const database *d = &geo->databases[i];
        int code = MMDB_SUCCESS;
        if (d->file.metadata.ip_version == 4 && !tc_ip_is_v4(ip)) continue;
        MMDB_lookup_result_s found = look_up(&d->file, ip, &code);
        broken |= code != MMDB_SUCCESS;
        if (code != MMDB_SUCCESS || !found.found_entry) continue;
        if (d->has_country && ret->country[0] == '\0')
            read_country(data_of(d), found.entry.offset, ret, &broken);
        if (d->has_asn && ret->asn == 0) read_asn(data_of(d), found.entry.offset, ret, &broken);
    }
    return !broken;
}

void tc_geo_library(tc_str *out)
{
    tc_str_addf(out, "libmaxminddb %s", MMDB_lib_version());
}
