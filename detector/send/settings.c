#include "detector/send/settings.h"

#define KEYS                                                                                       \
    "name, profile, form, header, framing, names, size, enterprise, facility, timeout, whole, "    \
    "ca, "                                                                                         \
    "certificate, key, tls-name, hmac, bearer, escalate-to, "                                      \
    "escalate-after, alerts, min-level, gate, out-of-band"

static TC_STATUS refuse(const char *key, const char *value, const char *why, tc_error *reterr)
{
    return tc_fail(reterr, TC_ESYNTAX, "receiver: '%.32s=%.100s': %s", key, value, why);
}

/* -- kinds of values ------------------------------------------------------------------------- */

typedef TC_STATUS (*take_value)(tc_settings_text *t, const char *key, const char *value,
                                tc_error *reterr);

static TC_STATUS take_text(tc_settings_text *t, const char *key, const char *value,
                           tc_error *reterr)
{
    tc_receiver_settings *s = &t->settings;
    const struct {
        const char *key;
        const char **place;
    } rows[] = {{"name", &s->name},
                {"profile", &s->profile},
                {"whole", &s->whole},
                {"ca", &s->ca_file},
                {"certificate", &s->certificate_file},
                {"key", &s->key_file},
                {"tls-name", &s->tls_name},
                {"hmac", &s->hmac_secret},
                {"bearer", &s->bearer},
                {"escalate-to", &s->escalate_to}};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        if (strcmp(rows[i].key, key) != 0) continue;
        bool is_first = *rows[i].place == NULL && value[0] != 0;
        *rows[i].place = value;
        return is_first ? TC_SUCCESS : refuse(key, value, "it is empty, or given twice", reterr);
    }
    return refuse(key, value, "no such key; there are " KEYS, reterr);
}

static TC_STATUS take_number(tc_settings_text *t, const char *key, const char *value,
                             tc_error *reterr)
{
    uint64_t n = 0;
    if (!tc_slice_to_u64(tc_slice_of(value), &n) || n == 0 || n > INT32_MAX)
        return refuse(key, value, "a whole number above 0 is wanted", reterr);
    if (strcmp(key, "size") == 0) t->settings.size_max = (uint32_t)n;
    if (strcmp(key, "enterprise") == 0) t->settings.enterprise = (uint32_t)n;
    if (strcmp(key, "facility") == 0) t->settings.facility = (int)n;
    return TC_SUCCESS;
}

static TC_STATUS take_choice(tc_settings_text *t, const char *key, const char *value,
                             tc_error *reterr)
{
    tc_receiver_settings *s = &t->settings;
    if (strcmp(key, "form") == 0 && (s->form = tc_form_of(value)) == TC_FORM_UNSET)
        return refuse(key, value, "it is one of syslog, local, cef, leef, json", reterr);
    if (strcmp(key, "header") == 0 && (s->header = tc_header_of(value)) == TC_HEADER_UNSET)
        return refuse(key, value, "it is one of none, 5424, 3164, local", reterr);
    if (strcmp(key, "framing") == 0 && (s->framing = tc_framing_of(value)) == TC_FRAMING_UNSET)
        return refuse(key, value, "it is octet or lf", reterr);
    if (strcmp(key, "names") == 0 && (s->names = tc_names_of(value)) == TC_NAMES_UNSET)
        return refuse(key, value, "it is flat or dotted", reterr);
    return TC_SUCCESS;
}

static TC_STATUS take_timeout(tc_settings_text *t, const char *key, const char *value,
                              tc_error *reterr)
{
    int64_t span = 0;
    if (!tc_time_parse_span(tc_slice_of(value), &span) || span <= 0 || span > TC_HOUR)
        return refuse(key, value, "a span like 20s is wanted", reterr);
    t->settings.timeout_ms = (uint32_t)(span / 1000000);
    return TC_SUCCESS;
}

static TC_STATUS take_after(tc_settings_text *t, const char *key, const char *value,
                            tc_error *reterr)
{
    int64_t *after = &t->settings.escalate_after;
    if (!tc_time_parse_span(tc_slice_of(value), after) || *after <= 0 || *after > 7 * TC_DAY)
        return refuse(key, value, "a span like 30m is wanted, seven days at most", reterr);
    return TC_SUCCESS;
}

static TC_STATUS take_level(tc_settings_text *t, const char *key, const char *value,
                            tc_error *reterr)
{
    t->has_level = true;
    if (tc_level_parse(tc_slice_of(value), &t->settings.min_level)) return TC_SUCCESS;
    return refuse(key, value, "it is one of informational, low, medium, high, critical", reterr);
}

static TC_STATUS take_no(tc_settings_text *t, const char *key, const char *value, tc_error *reterr)
{
    if (strcmp(value, "no") != 0) return refuse(key, value, "only no can be said", reterr);
    if (strcmp(key, "gate") == 0) t->settings.ungated = true;
    if (strcmp(key, "alerts") == 0) t->settings.no_alerts = true;
    if (strcmp(key, "out-of-band") == 0) t->settings.out_of_band = true;
    return TC_SUCCESS;
}

static take_value kind_of(const char *key)
{
    static const struct {
        const char *key;
        take_value take;
    } rows[] = {{"size", take_number},         {"enterprise", take_number},
                {"facility", take_number},     {"form", take_choice},
                {"header", take_choice},       {"framing", take_choice},
                {"names", take_choice},        {"timeout", take_timeout},
                {"min-level", take_level},     {"gate", take_no},
                {"out-of-band", take_no},      {"alerts", take_no},
                {"escalate-after", take_after}};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        if (strcmp(rows[i].key, key) == 0) return rows[i].take;
    return take_text;
}

/* -- the line -------------------------------------------------------------------------------- */

/* A target as a name: rows wait under it, so it is the same at every start. */
static void name_after(const char *target, char name[65])
{
    size_t n = 0;
    for (; target[n] && n < 64; n++) {
        uint8_t c = (uint8_t)target[n];
        bool is_plain =
            (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.';
        name[n] = is_plain ? (char)c : '-';
    }
    name[n] = 0;
}

/* The next word, ended by NUL where a blank stood; NULL: there is none. */
static char *next_word(char **at)
{
    while (**at == ' ')
        ++*at;
    char *word = *at;
    while (**at != 0 && **at != ' ')
        ++*at;
    if (**at == ' ') *(*at)++ = 0;
    return word[0] ? word : NULL;
}

TC_STATUS tc_settings_read(const char *text, tc_settings_text *ret, tc_error *reterr)
{
    size_t length = strlen(text);
    *ret = (tc_settings_text){.has_level = false};
    if (length >= sizeof(ret->room))
        return tc_fail(reterr, TC_ESYNTAX, "receiver: more than %d bytes", TC_SETTINGS_TEXT - 1);
    memcpy(ret->room, text, length + 1);
    char *at = ret->room, *word = next_word(&at);
    if (word == NULL) return tc_fail(reterr, TC_ESYNTAX, "receiver: no target");
    ret->settings.target = word;
    while ((word = next_word(&at)) != NULL) {
        char *value = strchr(word, '=');
        if (value == NULL)
            return tc_fail(reterr, TC_ESYNTAX, "receiver: '%.100s' is no KEY=VALUE", word);
        *value++ = 0;
        TC_TRY(kind_of(word)(ret, word, value, reterr));
    }
    if (ret->settings.name != NULL) return TC_SUCCESS;
    name_after(ret->settings.target, ret->name);
    ret->settings.name = ret->name;
    return TC_SUCCESS;
}
