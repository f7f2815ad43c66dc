#include "detector/app/live_settings.h"

#include "detector/send/receiver.h"

typedef struct reading {
    const char *name, *key, *value;
    tc_receiver_settings *to;
    tc_error *error;
} reading;

static TC_STATUS refuse(const reading *r, const char *wanted)
{
    return tc_fail(r->error, TC_ESYNTAX, "receiver %.64s: %s: '%.60s' is not %s", r->name, r->key,
                   r->value, wanted);
}

static TC_STATUS take_number(const reading *r, uint32_t *ret)
{
    uint64_t number;
    if (!tc_slice_to_u64(tc_slice_of(r->value), &number) || number == 0 || number > INT32_MAX)
        return refuse(r, "a number");
    *ret = (uint32_t)number;
    return TC_SUCCESS;
}

static TC_STATUS take_flag(const reading *r, bool yes, bool *ret)
{
    bool is_yes = strcmp(r->value, "yes") == 0 || strcmp(r->value, "true") == 0;
    bool is_no = strcmp(r->value, "no") == 0 || strcmp(r->value, "false") == 0;
    if (!is_yes && !is_no) return refuse(r, "yes or no");
    *ret = is_yes == yes;
    return TC_SUCCESS;
}

static TC_STATUS form(const reading *r)
{
    r->to->form = tc_form_of(r->value);
    return r->to->form ? TC_SUCCESS : refuse(r, "syslog, local, cef, leef or json");
}

static TC_STATUS header(const reading *r)
{
    r->to->header = tc_header_of(r->value);
    return r->to->header ? TC_SUCCESS : refuse(r, "none, 5424, 3164 or local");
}

static TC_STATUS framing(const reading *r)
{
    r->to->framing = tc_framing_of(r->value);
    return r->to->framing ? TC_SUCCESS : refuse(r, "none, octet or lf");
}

static TC_STATUS names(const reading *r)
{
    r->to->names = tc_names_of(r->value);
    return r->to->names ? TC_SUCCESS : refuse(r, "flat or dotted");
}

static TC_STATUS size(const reading *r)
{
    return take_number(r, &r->to->size_max);
}

static TC_STATUS enterprise(const reading *r)
{
    return take_number(r, &r->to->enterprise);
}

static TC_STATUS timeout(const reading *r)
{
    return take_number(r, &r->to->timeout_ms);
}

static TC_STATUS facility(const reading *r)
{
    uint32_t number = 0;
    TC_TRY(take_number(r, &number));
    r->to->facility = (int)number;
    return number <= 23 ? TC_SUCCESS : refuse(r, "a facility from 1 to 23");
}

static TC_STATUS min_level(const reading *r)
{
    return tc_level_parse(tc_slice_of(r->value), &r->to->min_level) ? TC_SUCCESS
                                                                    : refuse(r, "a level");
}

static TC_STATUS ungated(const reading *r)
{
    return take_flag(r, true, &r->to->ungated);
}

static TC_STATUS out_of_band(const reading *r)
{
    return take_flag(r, false, &r->to->out_of_band);
}

/* A text is taken as it is; anything else has a reader. */
static const struct row {
    const char *key;
    size_t text; /* offset of the field */
    TC_STATUS (*read)(const reading *r);
} rows[] = {
#define TEXT(key, field)                                                                           \
    {                                                                                              \
        key, offsetof(tc_receiver_settings, field), NULL                                           \
    }
    TEXT("name", name),
    TEXT("url", target),
    TEXT("profile", profile),
    TEXT("whole", whole),
    TEXT("ca_file", ca_file),
    TEXT("tls_name", tls_name),
    TEXT("certificate_file", certificate_file),
    TEXT("key_file", key_file),
    TEXT("hmac_secret", hmac_secret),
    TEXT("bearer", bearer),
    TEXT("escalate_to", escalate_to),
#undef TEXT
    {"form", 0, form},
    {"header", 0, header},
    {"framing", 0, framing},
    {"names", 0, names},
    {"size", 0, size},
    {"enterprise", 0, enterprise},
    {"facility", 0, facility},
    {"timeout", 0, timeout},
    {"min_level", 0, min_level},
    {"ungated", 0, ungated},
    {"out_of_band", 0, out_of_band},
};
_Static_assert(TC_COUNT_OF(rows) == TC_CONFIG_RECEIVER_KEYS, "a row for each key");

static const struct row *row_of(const char *key)
{
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        if (strcmp(rows[i].key, key) == 0) return &rows[i];
    return NULL;
}

TC_STATUS tc_live_settings_of(const char *path, const tc_config_receiver *said,
                              tc_receiver_settings *ret, tc_error *reterr)
{
    if (reterr) tc_error_set_source(reterr, path, strlen(path));
    if (reterr) reterr->line = said->line;
    for (size_t i = 0; i < TC_CONFIG_RECEIVER_KEYS; i++) {
        const struct row *row = row_of(tc_config_receiver_keys[i]);
        reading r = {said->values[0], tc_config_receiver_keys[i], said->values[i], ret, reterr};
        TC_ASSERT(row != NULL);
        if (r.value == NULL) continue;
        if (row->read)
            TC_TRY(row->read(&r));
        else
            *(const char **)((char *)ret + row->text) = r.value;
    }
    return TC_SUCCESS;
}
