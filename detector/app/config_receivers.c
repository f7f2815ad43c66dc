/* Whom a run that goes on tells: a list of receivers, each with its settings as words. What they
 * mean is known where they are made (live_settings.h). */
#include "detector/app/config_reader.h"
#include "detector/app/config_yaml.h"

const char *const tc_config_receiver_keys[TC_CONFIG_RECEIVER_KEYS] = {
    "name",        "url",       "profile",          "form",        "header",      "framing",
    "names",       "size",      "enterprise",       "facility",    "timeout",     "whole",
    "ca_file",     "tls_name",  "certificate_file", "key_file",    "hmac_secret", "bearer",
    "escalate_to", "min_level", "ungated",          "out_of_band",
};

static bool is_path(const char *key)
{
    size_t length = strlen(key);
    return length > 5 && strcmp(key + length - 5, "_file") == 0;
}

/* A path starts where the configuration lies. */
static const char *keep(tc_config_reader *r, tc_slice text, bool path)
{
    bool below = path && text.ptr[0] != '/';
    size_t before = below ? r->folder.len : 0;
    char *copy = tc_arena_get(r->config->arena, before + text.len + 1, 1);
    if (copy == NULL) {
        (void)tc_diagnostics_no_memory(r->d);
        return NULL;
    }
    if (before) memcpy(copy, r->folder.ptr, before);
    memcpy(copy + before, text.ptr, text.len);
    copy[before + text.len] = 0;
    return copy;
}

static bool read_receiver(tc_config_reader *r, const tc_yaml *node, tc_config_receiver *to)
{
    bool ok =
        tc_config_map(r, node, "a receiver", tc_config_receiver_keys, TC_CONFIG_RECEIVER_KEYS);
    if (!ok) return false;
    to->line = node->line;
    for (size_t i = 0; i < TC_CONFIG_RECEIVER_KEYS; i++) {
        const char *key = tc_config_receiver_keys[i];
        const tc_yaml *value = tc_yaml_get(node, tc_slice_of(key), NULL);
        tc_slice text;
        if (value == NULL) continue;
        if (!tc_config_text(r, value, key, &text)) return false;
        to->values[i] = keep(r, text, is_path(key));
        if (to->values[i] == NULL) return false;
    }
    if (to->values[0] == NULL || to->values[1] == NULL)
        return TC_CONFIG_COMPLAIN(r, node, "a receiver needs a name and a url");
    return true;
}

bool tc_config_read_receivers(tc_config_reader *r, const tc_yaml *node)
{
    bool ok = true;
    if (!tc_config_list(r, node, "receivers")) return false;
    tc_config_receiver *all = tc_config_room(r, node->count, sizeof(*all));
    if (all == NULL) return false;
    memset(all, 0, node->count * sizeof(*all));
    for (size_t i = 0; i < node->count; i++)
        ok &= read_receiver(r, node->items[i], &all[i]);
    r->config->receivers = all;
    r->config->receiver_count = node->count;
    return ok;
}

const tc_config_receiver *tc_config_receivers(const tc_config *c, size_t *ret_count,
                                              const char **ret_path)
{
    *ret_count = c ? c->receiver_count : 0;
    *ret_path = c ? c->path : "";
    return c ? c->receivers : NULL;
}

void tc_config_yaml_receivers(const tc_config *c, bool everything, tc_str *out)
{
    size_t count = c ? c->receiver_count : 0;
    if (count == 0 && everything) tc_str_addf(out, "receivers: []  # default\n");
    if (count > 0) tc_str_addf(out, "receivers:\n");
    for (size_t i = 0; i < count; i++) {
        const tc_config_receiver *one = &c->receivers[i];
        bool first = true;
        for (size_t k = 0; k < TC_CONFIG_RECEIVER_KEYS; k++) {
            if (one->values[k] == NULL) continue;
            tc_str_addf(out, "  %c %s: ", first ? '-' : ' ', tc_config_receiver_keys[k]);
            tc_config_yaml_text(tc_slice_of(one->values[k]), out);
            if (first)
                tc_config_yaml_place(c, one->line, out);
            else
                tc_str_add_byte(out, '\n');
            first = false;
        }
    }
}
