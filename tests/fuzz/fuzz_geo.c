/*
 * fuzz_geo: any bytes as a MaxMind DB file, and look-ups in what opens.
 *
 * The last sixteen bytes of the input are an address to look up besides the usual ones. Checked
 * besides what the sanitizers see: what is refused says why; an answer is two capitals or nothing
 * and a holder of bounded length whose bytes can be read; the same question has the same answer.
 */
#include "detector/enrich/geo.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/memory_file.h"

/* libmaxminddb 1.7 forgets some memory when it refuses a file for its metadata, after which the
 * program ends; that is not ours. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libmaxminddb";
}

static void ask(const tc_geo *geo, tc_ip ip)
{
    tc_geo_answer answer, again;
    bool sound = tc_geo_find(geo, ip, &answer);
    TC_ASSERT(sound == tc_geo_find(geo, ip, &again));
    TC_ASSERT(strcmp(answer.country, again.country) == 0 && answer.asn == again.asn);
    TC_ASSERT(tc_slice_equal(answer.as_org, again.as_org));
    size_t length = strnlen(answer.country, sizeof(answer.country));
    TC_ASSERT(length == 0 || length == 2);
    for (size_t i = 0; i < length; i++)
        TC_ASSERT(answer.country[i] >= 'A' && answer.country[i] <= 'Z');
    TC_ASSERT(answer.as_org.len <= TC_GEO_ORG_MAX);
    TC_ASSERT(tc_geo_has_country(geo) || length == 0);
    TC_ASSERT(tc_geo_has_asn(geo) || answer.asn == 0);
}

static void ask_all(const tc_geo *geo, tc_slice input)
{
    static const char *const addresses[] = {"0.0.0.0",        "192.0.2.1",       "198.51.100.77",
                                            "203.0.113.255",  "255.255.255.255", "2001:db8::1",
                                            "::ffff:0:0:1:2", "ff02::1",         "::"};
    tc_ip ip;
    for (size_t i = 0; i < TC_COUNT_OF(addresses); i++) {
        TC_ASSERT(tc_ip_parse(tc_slice_of(addresses[i]), &ip));
        ask(geo, ip);
    }
    if (input.len < sizeof(ip.bytes)) return;
    memcpy(ip.bytes, input.ptr + input.len - sizeof(ip.bytes), sizeof(ip.bytes));
    ask(geo, ip);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static memory_file file;
    tc_slice bytes = {data, size};
    tc_geo *geo = NULL;
    tc_error error = {0};
    memory_file_write(&file, bytes);
    const char *path = file.path;
    if (tc_failed(tc_geo_open(&path, 1, &geo, &error))) {
        TC_ASSERT(error.text[0] != '\0');
        return 0;
    }
    TC_ASSERT(tc_geo_has_country(geo) || tc_geo_has_asn(geo));
    ask_all(geo, bytes);
    tc_geo_free(geo);
    return 0;
}
