/* What a page knows of the scan before its findings: whose logs are to be preserved, and below
 * which folder files stand. */
#include "detector/output/output_state.h"

#define HOSTS_NAMED 8

/* What people call the logs of a format. */
static const char *kind_of(const char *format)
{
    static const struct {
        const char *format, *kind;
    } kinds[] = {{"iis-w3c", "IIS"},
                 {"iis-native", "IIS"},
                 {"isa", "proxy"},
                 {"web-table-csv", "web access"},
                 {"ncsa", "web access"},
                 {"exchange-msgtrk", "tracking"},
                 {"windows-xml", "Security"},
                 {"windows-json", "Security"}};
    for (size_t i = 0; i < TC_COUNT_OF(kinds); i++)
        if (strcmp(format, kinds[i].format) == 0) return kinds[i].kind;
    return NULL;
}

static bool has_before(const tc_summary *s, size_t row, const char *kind)
{
    for (size_t i = 0; i < row; i++) {
        const char *other = s->inventory[i].format ? kind_of(s->inventory[i].format) : NULL;
        if (other && strcmp(other, kind) == 0) return true;
    }
    return false;
}

/* "IIS, tracking and Security" */
static void add_kinds(const tc_summary *s, tc_str *out)
{
    const char *kinds[8];
    size_t count = 0;
    for (size_t i = 0; i < s->inventory_count && count < TC_COUNT_OF(kinds); i++) {
        const char *kind = s->inventory[i].format ? kind_of(s->inventory[i].format) : NULL;
        if (kind && !has_before(s, i, kind)) kinds[count++] = kind;
    }
    for (size_t i = 0; i < count; i++)
        tc_str_addf(out, "%s%s", i == 0 ? "" : i + 1 == count ? " and " : ", ", kinds[i]);
    if (count) tc_str_add_byte(out, ' ');
}

static size_t unite_hosts(const tc_summary *s, tc_slice hosts[HOSTS_NAMED])
{
    size_t count = 0;
    for (size_t i = 0; i < s->inventory_count; i++) {
        bool before = s->inventory[i].host.len == 0;
        for (size_t k = 0; k < i && !before; k++)
            before = tc_slice_equal(s->inventory[i].host, s->inventory[k].host);
        if (before) continue;
        if (count < HOSTS_NAMED) hosts[count] = s->inventory[i].host;
        count++;
    }
    return count;
}

static void add_logs(const tc_summary *s, tc_str *out)
{
    tc_slice hosts[HOSTS_NAMED];
    size_t count = unite_hosts(s, hosts), named = TC_MIN(count, (size_t)HOSTS_NAMED);
    if (s->inventory_count == 0) return;
    add_kinds(s, out);
    tc_str_add(out, TC_LIT("logs"));
    for (size_t i = 0; i < named; i++) {
        tc_str_addf(out, "%s", i == 0 ? " of " : i + 1 == count ? " and " : ", ");
        tc_str_add(out, tc_slice_sub(hosts[i], 0, 64));
    }
    if (count > named) tc_str_addf(out, " and %zu more servers", count - named);
}

/* Nothing is told of it yet: a page begins with its result. */
void tc_output_know(tc_output *output, const tc_summary *s, tc_str *out)
{
    (void)out;
    tc_str_clear(&output->page.logs);
    tc_str_clear(&output->page.root);
    add_logs(s, &output->page.logs);
    tc_str_add(&output->page.root, s->root);
    tc_output_note_failure(output, tc_str_status(&output->page.logs).code);
    tc_output_note_failure(output, tc_str_status(&output->page.root).code);
}
