#include "detector/enrich/identity.h"
#include "parsers/base/alloc.h"
#include "tests/unit/enrich/fixture.h"

#include <criterion/criterion.h>

Test(enricher, a_missing_table_is_named)
{
    tc_site site = {.tables_folder = "no-such-folder"};
    tc_enricher *e = NULL;
    tc_error error = {0};
    cr_expect_eq(tc_enricher_open(&site, NULL, &e, &error).code, TC_EIO);
    cr_expect_not_null(strstr(error.source, "no-such-folder/"), "%s", error.source);
    static char deep[2000];
    memset(deep, 'x', sizeof(deep) - 1);
    site.tables_folder = deep;
    cr_expect_eq(tc_enricher_open(&site, NULL, &e, &error).code, TC_ELIMIT);
}

Test(enricher, a_missing_database_is_named)
{
    static const char *const files[] = {"no-such-file.mmdb"};
    tc_site site = {.tables_folder = TC_TEST_TABLES, .geo_files = files, .geo_file_count = 1};
    tc_enricher *e = NULL;
    tc_error error = {0};
    cr_expect_eq(tc_enricher_open(&site, NULL, &e, &error).code, TC_EIO);
    cr_expect_str_eq(error.source, "no-such-file.mmdb");
}

Test(enricher, without_databases_nothing_is_known_of_places)
{
    static fixture f;
    fixture_open(&f);
    cr_expect_not(tc_enricher_has_country(f.enricher));
    cr_expect_not(tc_enricher_has_asn(f.enricher));
    fixture_web(&f, "2011-03-09T07:12:03Z", "GET /owa/ - 443 EX\\jdoe 203.0.113.9 A 200");
    cr_assert(!tc_failed(fixture_observe(&f)));
    const tc_observation *o = fixture_at(&f, TC_OBS_WEB_SPAN, 0);
    cr_expect_str_eq(o->country, "");
    cr_expect_eq(o->asn, 0);
    cr_expect_eq(o->address_class, TC_ADDRESS_REMOTE);
    fixture_close(&f);
}

static void show_length(const tc_parser *self, const tc_event *event, tc_str *out)
{
    tc_str_addf(out, "%s of %zu bytes", self->name, event->raw.len);
}

static void show_too_much(const tc_parser *self, const tc_event *event, tc_str *out)
{
    (void)self;
    (void)event;
    for (int i = 0; i < 700; i++)
        tc_str_add(out, TC_LIT("h\xC3\xA9"));
}

Test(enricher, evidence_is_worded_by_the_format)
{
    static fixture f;
    tc_parser parser = {.name = "frames", .show = show_length};
    f.parser = &parser;
    fixture_open(&f);
    fixture_show(&f, "2011-03-09T07:12:03Z", "GET /owa/ - 443 EX\\jdoe 203.0.113.9 A 200");
    const tc_observation *o = fixture_at(&f, TC_OBS_WEB_SPAN, 0);
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_RAW), "frames of 41 bytes");
    parser.show = show_too_much;
    fixture_show(&f, "2011-03-09T07:12:04Z", "GET /owa/ - 443 EX\\asmith 203.0.113.9 A 200");
    o = fixture_at(&f, TC_OBS_WEB_SPAN, 1);
    cr_expect_eq(strlen(fixture_text(&f, o, TC_OBS_TEXT_RAW)), 511, "whole characters");
    fixture_close(&f);
}

/* Every allocation fails once: no crash, no leak, and the code says why. */
Test(enricher, a_lack_of_memory_is_told_wherever_it_comes, .timeout = 120)
{
    tc_cidr net;
    tc_slice domain = TC_LIT("example.org");
    cr_assert(tc_cidr_parse(TC_LIT("10.0.0.0/8"), &net, NULL));
    tc_site site = {.internal = &net,
                    .internal_count = 1,
                    .domains = &domain,
                    .domain_count = 1,
                    .tables_folder = TC_TEST_TABLES};
    size_t failures = 0;
    for (uint64_t n = 1; n < 5000; n++) {
        tc_enricher *e = NULL;
        tc_enrich_worker *w = NULL;
        tc_error error = {0};
        tc_alloc_fail_after(n);
        tc_status status = tc_enricher_open(&site, NULL, &e, &error);
        if (!tc_failed(status)) w = tc_enrich_worker_new(e);
        tc_alloc_fail_after(0);
        if (tc_failed(status)) {
            failures++;
            cr_assert_eq(status.code, TC_ENOMEM, "allocation %d: %d", (int)n, status.code);
            cr_assert_gt(strlen(error.text), 0);
            continue;
        }
        bool whole = w != NULL;
        tc_enrich_worker_free(w);
        tc_enricher_free(e);
        if (whole) break;
    }
    cr_expect_gt(failures, 10);
}

Test(enricher, an_identity_table_without_memory_refuses)
{
    size_t refused = 0;
    for (uint64_t n = 1; n < 40; n++) {
        tc_alloc_fail_after(n);
        tc_identity *t = tc_identity_new(&(tc_identity_options){.max_bytes = 1 << 20});
        tc_entity absorbed = 0;
        if (t != NULL) {
            refused += tc_identity_of(t, TC_LIT("a@example.org")) == 0;
            refused +=
                tc_identity_unite(t, TC_LIT("EX\\a"), TC_LIT("b@example.org"), &absorbed) == 0;
        }
        tc_alloc_fail_after(0);
        tc_identity_free(t);
    }
    cr_expect_gt(refused, 0);
}
