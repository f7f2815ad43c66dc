/* What of a configuration changes findings, as one number. */
#include "detector/settings/config.h"

#include "parsers/base/hash.h"

static uint64_t add_number(uint64_t hash, uint64_t number)
{
    return tc_content_hash_add(hash, tc_slice_make(&number, sizeof(number)));
}

static uint64_t add_text(uint64_t hash, tc_slice text)
{
    return tc_content_hash_add(add_number(hash, text.len), text);
}

static uint64_t of_exception(const tc_config_exception *e)
{
    char network[TC_IP_TEXT] = "";
    uint64_t hash = add_text(1, e->rule);
    hash = add_text(hash, e->user);
    hash = add_text(hash, e->agent);
    hash = add_text(hash, e->language);
    if (e->has_network) (void)tc_cidr_format(e->network, network);
    hash = add_text(hash, tc_slice_of(network));
    return add_number(hash, (uint64_t)e->until);
}

static uint64_t of_window(const tc_config_window *w)
{
    uint64_t hash = add_number(2, (uint64_t)w->from);
    return add_number(add_number(hash, (uint64_t)w->until), w->what);
}

static uint64_t of_threshold(const tc_config_threshold *t)
{
    uint64_t hash = add_text(3, t->rule);
    double least = t->to.has_threshold ? t->to.threshold : -1;
    hash = tc_content_hash_add(hash, tc_slice_make(&least, sizeof(least)));
    return add_number(hash, (uint64_t)t->to.timespan_ns);
}

/* Sums, since the order of what stands in a list means nothing. */
uint64_t tc_config_fingerprint(const tc_config *c)
{
    uint64_t sum = c->password_days ? add_number(4, c->password_days) : 0;
    for (size_t i = 0; i < c->exception_count; i++)
        sum += of_exception(&c->exceptions[i]);
    for (size_t i = 0; i < c->window_count; i++)
        sum += of_window(&c->windows[i]);
    for (size_t i = 0; i < c->threshold_count; i++)
        sum += of_threshold(&c->thresholds[i]);
    for (unsigned part = 0; part < TC_CONFIG_PART_COUNT; part++)
        for (size_t i = 0; i < c->words[part].count; i++)
            sum += add_text(5 + part, c->words[part].items[i]);
    return sum;
}
