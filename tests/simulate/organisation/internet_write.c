/* The two databases that a site would have, and a table of the same for readers of text. */
#include "tests/simulate/organisation/internet.h"
#include "tests/simulate/organisation/mmdb.h"

static bool cidr_of(const network *n, bool six, tc_cidr *ret)
{
    char text[64];
    if (six)
        snprintf(text, sizeof(text), "%x:%x::/32", (unsigned)(n->v6 >> 48),
                 (unsigned)(n->v6 >> 32 & 0xffff));
    else
        snprintf(text, sizeof(text), "%u.%u.%u.%u/%u", n->v4 >> 24, n->v4 >> 16 & 255,
                 n->v4 >> 8 & 255, n->v4 & 255, n->bits);
    return tc_cidr_parse(tc_slice_of(text), ret, NULL);
}

static void add_both(const network *n, bool six, mmdb *countries, mmdb *systems, FILE *table)
{
    char text[TC_IP_TEXT];
    tc_cidr cidr;
    if (!cidr_of(n, six, &cidr)) return;
    fprintf(table, "%s,%s,%u,%s\n", tc_cidr_format(cidr, text), n->country, n->asn, n->holder);
    mmdb_add_country(countries, cidr, n->country);
    mmdb_add_asn(systems, cidr, n->asn, n->holder);
}

bool internet_write(const org *o)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/geo.csv", o->opt.folder);
    FILE *table = fopen(path, "wb");
    if (table == NULL) return false;
    fputs("network,country,asn,as_org\n", table);
    mmdb *countries = mmdb_new("Simulated-Country"), *systems = mmdb_new("Simulated-ASN");
    for (uint32_t i = 0; i < o->network_count; i++) {
        add_both(&o->networks[i], false, countries, systems, table);
        if (o->networks[i].v6) add_both(&o->networks[i], true, countries, systems, table);
    }
    snprintf(path, sizeof(path), "%s/country.mmdb", o->opt.folder);
    bool ok = fclose(table) == 0;
    ok = mmdb_write(countries, path, o->t.start) && ok;
    snprintf(path, sizeof(path), "%s/asn.mmdb", o->opt.folder);
    ok = mmdb_write(systems, path, o->t.start) && ok;
    mmdb_free(countries);
    mmdb_free(systems);
    return ok;
}
