#include "detector/enrich/tsv.h"
#include "detector/enrich/worker.h"
#include "parsers/base/alloc.h"

static TC_STATUS copy_networks(const tc_cidr *from, size_t count, tc_cidr **ret, size_t *ret_count)
{
    *ret = tc_alloc(count, sizeof(tc_cidr));
    if (*ret == NULL) return (tc_status){TC_ENOMEM};
    if (count) memcpy(*ret, from, count * sizeof(tc_cidr));
    *ret_count = count;
    return TC_SUCCESS;
}

/* Small letters; a leading '@' or '.' says nothing. */
static TC_STATUS copy_domain(tc_slice from, tc_slice *ret)
{
    while (from.len > 0 && (from.ptr[0] == '@' || from.ptr[0] == '.'))
        from = tc_slice_sub(from, 1, TC_NPOS);
    uint8_t *text = tc_alloc(from.len, 1);
    if (text == NULL) return (tc_status){TC_ENOMEM};
    for (size_t i = 0; i < from.len; i++) {
        uint8_t byte = from.ptr[i];
        text[i] = byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte + 32) : byte;
    }
    *ret = (tc_slice){text, from.len};
    return TC_SUCCESS;
}

static TC_STATUS copy_site(tc_enricher *e, const tc_site *site)
{
    tc_networks *n = &e->networks;
    TC_TRY(copy_networks(site->internal, site->internal_count, &n->internal, &n->internal_count));
    TC_TRY(copy_networks(site->egress, site->egress_count, &n->egress, &n->egress_count));
    TC_TRY(copy_networks(site->proxies, site->proxy_count, &n->proxies, &n->proxy_count));
    e->domains = tc_alloc(site->domain_count, sizeof(tc_slice));
    if (e->domains == NULL) return (tc_status){TC_ENOMEM};
    for (size_t i = 0; i < site->domain_count; i++) {
        TC_TRY(copy_domain(site->domains[i], &e->domains[i]));
        e->domain_count++;
    }
    return TC_SUCCESS;
}

static TC_STATUS read_routine_actors(tc_enricher *e, const char *folder, tc_error *reterr)
{
    static const char *const columns[] = {"begins"};
    tc_tsv t;
    tc_slice cell;
    bool more = true;
    TC_TRY(tc_tsv_open(&t, folder, "routine-actors.tsv", columns, 1, reterr));
    tc_status status = TC_SUCCESS;
    while (!tc_failed(status = tc_tsv_next(&t, &cell, &more, reterr)) && more) {
        char *out = e->routine_actors[e->routine_actor_count];
        if (cell.len < 3 || cell.len >= sizeof(e->routine_actors[0]) ||
            e->routine_actor_count == TC_ROUTINE_ACTORS) {
            status =
                tc_tsv_wrong(&t, 0, reterr, "is too short, too long or one row too many", cell);
            break;
        }
        for (size_t i = 0; i < cell.len; i++)
            out[i] =
                (char)(cell.ptr[i] >= 'A' && cell.ptr[i] <= 'Z' ? cell.ptr[i] + 32 : cell.ptr[i]);
        e->routine_actor_count++;
    }
    tc_tsv_close(&t);
    return status;
}

static TC_STATUS open_parts(tc_enricher *e, const tc_site *site, tc_error *reterr)
{
    tc_status copied = copy_site(e, site);
    if (tc_failed(copied)) return tc_fail(reterr, copied.code, "no memory for the site's networks");
    if (site->geo_file_count > 0)
        TC_TRY(tc_geo_open(site->geo_files, site->geo_file_count, &e->geo, reterr));
    TC_TRY(tc_language_catalogue_open(site->tables_folder, &e->languages, reterr));
    TC_TRY(tc_protocols_open(site->tables_folder, &e->protocols, reterr));
    return read_routine_actors(e, site->tables_folder, reterr);
}

TC_STATUS tc_enricher_open(const tc_site *site, const tc_names *names, tc_enricher **ret,
                           tc_error *reterr)
{
    tc_enricher *e = tc_alloc(1, sizeof(*e));
    if (e == NULL) return tc_fail(reterr, TC_ENOMEM, "no memory for enrichment");
    e->names = names;
    e->key = tc_hash_random_key();
    tc_status status = open_parts(e, site, reterr);
    if (tc_failed(status))
        tc_enricher_free(e);
    else
        *ret = e;
    return status;
}

/* The one place where a text that is const to all users goes back. */
static void free_text(tc_slice text)
{
    void *memory;
    memcpy(&memory, &text.ptr, sizeof(memory));
    tc_free(memory);
}

void tc_enricher_free(tc_enricher *e)
{
    if (e == NULL) return;
    tc_free(e->networks.internal);
    tc_free(e->networks.egress);
    tc_free(e->networks.proxies);
    for (size_t i = 0; i < e->domain_count; i++)
        free_text(e->domains[i]);
    tc_free(e->domains);
    tc_geo_free(e->geo);
    tc_language_catalogue_free(e->languages);
    tc_protocols_free(e->protocols);
    tc_free(e);
}

void tc_enricher_use_session_key(tc_enricher *e, tc_hash_key key)
{
    e->key = key;
}

size_t tc_enricher_cover(const tc_enricher *e, tc_slice tag, tc_slice ret[TC_LANGUAGE_COVER_MAX])
{
    return tc_language_cover(e->languages, tag, ret);
}

bool tc_enricher_has_country(const tc_enricher *e)
{
    return e->geo != NULL && tc_geo_has_country(e->geo);
}

bool tc_enricher_has_asn(const tc_enricher *e)
{
    return e->geo != NULL && tc_geo_has_asn(e->geo);
}
