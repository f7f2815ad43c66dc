#include "detector/enrich/geo.h"
#include "detector/enrich/mmdb_data.h"
#include "parsers/base/alloc.h"
#include "tests/unit/enrich/mmdb_builder.h"

#include <criterion/criterion.h>
#include <unistd.h>

static tc_ip ip_of(const char *text)
{
    tc_ip ip;
    cr_assert(tc_ip_parse(tc_slice_of(text), &ip), "%s", text);
    return ip;
}

/* Opens the file and removes it: the map of it lives on. */
static TC_STATUS open_one(const char *path, tc_geo **ret, tc_error *error)
{
    *ret = NULL;
    tc_status status = tc_geo_open(&path, 1, ret, error);
    unlink(path);
    return status;
}

Test(geo, countries_and_systems_are_found_in_several_files)
{
    static mmdb_builder countries, systems;
    mmdb_init(&countries);
    mmdb_init(&systems);
    mmdb_put(&countries, "203.0.113.0/24", mmdb_country(&countries, "CN", "HK"));
    mmdb_put(&countries, "198.51.100.0/25", mmdb_country(&countries, NULL, "FR"));
    mmdb_put(&countries, "2001:db8::/32", mmdb_country(&countries, "BE", NULL));
    mmdb_put(&systems, "203.0.113.0/24", mmdb_asn(&systems, 64500, "Example Telecom"));
    mmdb_put(&systems, "2001:db8::/33", mmdb_asn(&systems, 4200000001u, NULL));
    char paths[2][64];
    snprintf(paths[0], sizeof(paths[0]), "%s", mmdb_write(&countries));
    snprintf(paths[1], sizeof(paths[1]), "%s", mmdb_write(&systems));
    const char *const files[] = {paths[0], paths[1]};
    tc_geo *geo = NULL;
    tc_error error = {0};
    cr_assert(!tc_failed(tc_geo_open(files, 2, &geo, &error)), "%s: %s", error.source, error.text);
    unlink(paths[0]);
    unlink(paths[1]);
    cr_expect(tc_geo_has_country(geo));
    cr_expect(tc_geo_has_asn(geo));
    static const struct {
        const char *ip, *country;
        uint32_t asn;
        const char *holder;
    } rows[] = {
        {"203.0.113.9", "CN", 64500, "Example Telecom"},
        {"::ffff:203.0.113.9", "CN", 64500, "Example Telecom"},
        {"198.51.100.1", "FR", 0, ""},
        {"198.51.100.200", "", 0, ""},
        {"2001:db8::1", "BE", 4200000001u, ""},
        {"2001:db8:8000::1", "BE", 0, ""},
        {"192.0.2.1", "", 0, ""},
        {"2001:db9::1", "", 0, ""},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_geo_answer a;
        cr_expect(tc_geo_find(geo, ip_of(rows[i].ip), &a), "%s", rows[i].ip);
        cr_expect_str_eq(a.country, rows[i].country, "%s", rows[i].ip);
        cr_expect_eq(a.asn, rows[i].asn, "%s", rows[i].ip);
        cr_expect(tc_slice_equal(a.as_org, tc_slice_of(rows[i].holder)), "%s", rows[i].ip);
    }
    tc_geo_free(geo);
    mmdb_done(&countries);
    mmdb_done(&systems);
}

Test(geo, which_of_both_a_file_has_is_seen_from_its_data)
{
    static mmdb_builder b;
    tc_geo *geo;
    tc_error error = {0};
    mmdb_init(&b);
    mmdb_put(&b, "203.0.113.0/24", mmdb_asn(&b, 64500, "x"));
    cr_assert(!tc_failed(open_one(mmdb_write(&b), &geo, &error)));
    cr_expect_not(tc_geo_has_country(geo));
    cr_expect(tc_geo_has_asn(geo));
    tc_geo_free(geo);
    mmdb_done(&b);
    mmdb_init(&b);
    mmdb_put(&b, "203.0.113.0/24", mmdb_string(&b, "no map"));
    cr_expect_eq(open_one(mmdb_write(&b), &geo, &error).code, TC_ESYNTAX);
    cr_expect_not_null(strstr(error.text, "neither"), "%s", error.text);
    mmdb_done(&b);
}

/* As IPinfo writes them: flat, the country's name where others have a map, the number as a text. */
static uint32_t flat(mmdb_builder *b, const char *code, const char *asn, const char *holder)
{
    uint32_t at = mmdb_map(b, 4);
    const char *const members[] = {"asn", asn, "as_name", holder, "country", "Somewhere"};
    for (size_t i = 0; i < TC_COUNT_OF(members); i++)
        mmdb_string(b, members[i]);
    mmdb_string(b, "country_code");
    mmdb_string(b, code);
    return at;
}

Test(geo, flat_records_are_understood)
{
    static mmdb_builder b;
    tc_geo *geo;
    tc_error error = {0};
    mmdb_init(&b);
    mmdb_put(&b, "203.0.113.0/25", flat(&b, "CN", "AS64500", "Example Telecom"));
    mmdb_put(&b, "203.0.113.128/25", flat(&b, "China", "64500", "x"));
    mmdb_put(&b, "198.51.100.0/24", flat(&b, "FR", "AS4294967296", "x"));
    cr_assert(!tc_failed(open_one(mmdb_write(&b), &geo, &error)), "%s", error.text);
    cr_expect(tc_geo_has_country(geo));
    cr_expect(tc_geo_has_asn(geo));
    static const struct {
        const char *ip, *country;
        uint32_t asn;
        bool sound;
    } rows[] = {{"203.0.113.1", "CN", 64500, true},
                {"203.0.113.200", "", 0, false},
                {"198.51.100.1", "FR", 0, false},
                {"192.0.2.1", "", 0, true}};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_geo_answer a;
        cr_expect_eq(tc_geo_find(geo, ip_of(rows[i].ip), &a), rows[i].sound, "%s", rows[i].ip);
        cr_expect_str_eq(a.country, rows[i].country, "%s", rows[i].ip);
        cr_expect_eq(a.asn, rows[i].asn, "%s", rows[i].ip);
        cr_expect_eq(a.as_org.len, a.asn ? strlen("Example Telecom") : 0, "%s", rows[i].ip);
    }
    tc_geo_free(geo);
    mmdb_done(&b);
}

Test(geo, files_that_are_none_are_errors)
{
    static uint8_t zeros[5000];
    tc_geo *geo;
    tc_error error = {0};
    cr_expect_eq(open_one("/nonexistent/geo.mmdb", &geo, &error).code, TC_EIO);
    cr_expect_str_eq(error.source, "/nonexistent/geo.mmdb");
    cr_expect_eq(open_one(mmdb_write_bytes(TC_LIT("")), &geo, &error).code, TC_ESYNTAX);
    cr_expect_eq(open_one(mmdb_write_bytes(tc_slice_make(zeros, sizeof(zeros))), &geo, &error).code,
                 TC_ESYNTAX);
    cr_expect_eq(open_one(mmdb_write_bytes(TC_LIT("\xAB\xCD\xEFMaxMind.com")), &geo, &error).code,
                 TC_ESYNTAX);
    const char *many[TC_GEO_FILES_MAX + 1] = {""};
    cr_expect_eq(tc_geo_open(many, TC_COUNT_OF(many), &geo, &error).code, TC_ELIMIT);
}

Test(geo, deep_metadata_is_refused_before_anybody_recurses)
{
    static mmdb_builder b;
    static uint8_t metadata[120000];
    tc_str out;
    tc_geo *geo;
    tc_error error = {0};
    mmdb_init(&b);
    mmdb_put(&b, "203.0.113.0/24", mmdb_asn(&b, 64500, "x"));
    for (size_t i = 0; i + 1 < sizeof(metadata); i += 2) {
        metadata[i] = 1; /* an array of one */
        metadata[i + 1] = 4;
    }
    tc_str_init(&out, 1 << 24);
    mmdb_render(&b, tc_slice_make(metadata, sizeof(metadata)), &out);
    cr_expect_eq(open_one(mmdb_write_bytes(tc_str_view(&out)), &geo, &error).code, TC_ESYNTAX);
    tc_str_done(&out);
    mmdb_done(&b);
}

Test(geo, records_broken_inside_are_counted_and_survived)
{
    static mmdb_builder b;
    tc_geo *geo;
    tc_error error = {0};
    mmdb_init(&b);
    mmdb_put(&b, "203.0.113.0/24", mmdb_country(&b, "CN", NULL));
    mmdb_put(&b, "192.0.2.0/28", mmdb_country(&b, "CHN", NULL));
    mmdb_put(&b, "192.0.2.16/28", mmdb_country(&b, "c1", "FR"));
    mmdb_put(&b, "192.0.2.32/28", mmdb_map(&b, 1)); /* its member is what stands behind it */
    uint32_t deep = mmdb_map(&b, 2);
    mmdb_string(&b, "x");
    for (int i = 0; i < 100000; i++)
        mmdb_array(&b, 1);
    mmdb_put(&b, "192.0.2.48/28", deep);
    uint32_t loop = mmdb_map(&b, 1);
    mmdb_string(&b, "country");
    mmdb_pointer(&b, loop);
    mmdb_put(&b, "192.0.2.64/28", loop);
    uint32_t self = (uint32_t)b.data.len;
    mmdb_pointer(&b, self);
    mmdb_put(&b, "192.0.2.80/28", self);
    mmdb_put(&b, "192.0.2.96/28", mmdb_map(&b, 29)); /* the file ends inside */
    cr_assert(!tc_failed(open_one(mmdb_write(&b), &geo, &error)), "%s", error.text);
    static const struct {
        const char *ip, *country;
        bool sound;
    } rows[] = {
        {"203.0.113.1", "CN", true}, {"192.0.2.1", "", false}, {"192.0.2.17", "FR", false},
        {"192.0.2.49", "", false},   {"192.0.2.65", "", true}, {"192.0.2.81", "", false},
        {"192.0.2.97", "", false},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_geo_answer a;
        cr_expect_eq(tc_geo_find(geo, ip_of(rows[i].ip), &a), rows[i].sound, "%s", rows[i].ip);
        cr_expect_str_eq(a.country, rows[i].country, "%s", rows[i].ip);
    }
    tc_geo_free(geo);
    mmdb_done(&b);
}

Test(geo, long_holders_are_cut_between_characters)
{
    static mmdb_builder b;
    tc_geo *geo;
    tc_error error = {0};
    char holder[300] = "x";
    for (size_t i = 1; i + 2 < sizeof(holder); i += 2)
        memcpy(holder + i, "\xC3\xA9", 3);
    mmdb_init(&b);
    mmdb_put(&b, "203.0.113.0/24", mmdb_asn(&b, 64500, holder));
    cr_assert(!tc_failed(open_one(mmdb_write(&b), &geo, &error)));
    tc_geo_answer a;
    cr_expect(tc_geo_find(geo, ip_of("203.0.113.1"), &a));
    cr_expect_eq(a.as_org.len, TC_GEO_ORG_MAX - 1);
    tc_geo_free(geo);
    mmdb_done(&b);
}

/* Every byte of a small file damaged in turn: no crash, no endless walk, and an answer or an error.
 */
Test(geo, any_damage_is_survived, .timeout = 120)
{
    static mmdb_builder b;
    tc_str out;
    mmdb_init(&b);
    mmdb_put(&b, "128.0.0.0/1", mmdb_country(&b, "CN", "HK"));
    mmdb_put(&b, "0.0.0.0/1", mmdb_asn(&b, 64500, "Example"));
    tc_str_init(&out, 1 << 24);
    mmdb_render(&b, TC_EMPTY_SLICE, &out);
    size_t opened = 0;
    for (size_t i = 0; i < out.len; i++) {
        static const uint8_t flips[] = {0xFF, 0x01, 0x80};
        for (size_t f = 0; f < sizeof(flips); f++) {
            tc_geo *geo;
            tc_error error = {0};
            out.data[i] ^= flips[f];
            tc_status status = open_one(mmdb_write_bytes(tc_str_view(&out)), &geo, &error);
            out.data[i] ^= flips[f];
            if (tc_failed(status)) continue;
            opened++;
            tc_geo_answer a;
            tc_geo_find(geo, ip_of("203.0.113.1"), &a);
            tc_geo_find(geo, ip_of("1.2.3.4"), &a);
            tc_geo_find(geo, ip_of("2001:db8::1"), &a);
            tc_geo_free(geo);
        }
    }
    cr_expect_gt(opened, 100);
    tc_str_done(&out);
    mmdb_done(&b);
}
