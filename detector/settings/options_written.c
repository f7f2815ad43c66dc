/* What an option holds, written as the option takes it. */
#include "detector/settings/options_value.h"

/* A time that is not set. */
static bool is_no_time(const void *field)
{
    return *(const tc_time *)field == TC_TIME_NONE;
}

size_t tc_option_count(const tc_options *o, const tc_option_row *row)
{
    const void *field = (const char *)o + row->field;
    switch (row->kind) {
    case TC_OPTION_TEXT:
    case TC_OPTION_SOCKET:
        return *(const char *const *)field != NULL;
    case TC_OPTION_PATHS:
    case TC_OPTION_LISTENS:
        return ((const tc_path_list *)field)->count;
    case TC_OPTION_CIDRS:
        return ((const tc_cidr_list *)field)->count;
    case TC_OPTION_WORDS:
    case TC_OPTION_DOMAINS:
    case TC_OPTION_LANGUAGES:
    case TC_OPTION_ZONES:
    case TC_OPTION_HOSTS:
    case TC_OPTION_FIELDS:
    case TC_OPTION_DELAYS:
        return ((const tc_text_list *)field)->count;
    case TC_OPTION_TIME:
        return is_no_time(field) ? 0 : 1;
    case TC_OPTION_JOBS:
        return *(const uint32_t *)field != 0;
    case TC_OPTION_FLAG:
    case TC_OPTION_LEVEL:
    case TC_OPTION_SIZE:
    case TC_OPTION_INDICATORS:
    case TC_OPTION_OUTPUT_FORMAT:
    case TC_OPTION_COLOR:
    case TC_OPTION_SANDBOX:
    case TC_OPTION_KIND_COUNT:
        break;
    }
    return 1;
}

static void write_indicators(uint32_t set, tc_str *out)
{
    const char *between = "";
    for (unsigned i = 0; i < TC_INDICATOR_COUNT; i++) {
        if (!(set & TC_BLINDS(i))) continue;
        tc_str_addf(out, "%s%s", between, tc_indicator_name((tc_indicator)i));
        between = ",";
    }
    if (set == 0) tc_str_add(out, TC_LIT("none"));
}

static void write_network(tc_cidr cidr, tc_str *out)
{
    char text[TC_IP_TEXT];
    tc_str_add(out, tc_slice_of(tc_cidr_format(cidr, text)));
}

static void write_number(tc_option_kind kind, const void *field, tc_str *out)
{
    bool jobs = kind == TC_OPTION_JOBS;
    tc_str_add_u64(out, jobs ? *(const uint32_t *)field : *(const size_t *)field);
}

static void write_time(tc_time time, tc_str *out)
{
    char text[TC_TIME_TEXT];
    tc_str_add(out, tc_slice_of(tc_time_format(time, text)));
}

/* Of the kinds that are one of a few words. */
static const char *word_of(tc_option_kind kind, const void *field)
{
    if (kind == TC_OPTION_COLOR) return tc_color_words[*(const tc_color_when *)field];
    if (kind == TC_OPTION_SANDBOX) return tc_sandbox_words[*(const tc_sandbox_when *)field];
    return (*(const tc_output_format *const *)field)->name;
}

void tc_option_write(const tc_options *o, const tc_option_row *row, size_t i, tc_str *out)
{
    const void *field = (const char *)o + row->field;
    switch (row->kind) {
    case TC_OPTION_FLAG:
        tc_str_addf(out, "%s", *(const bool *)field ? "true" : "false");
        break;
    case TC_OPTION_TEXT:
    case TC_OPTION_SOCKET:
        tc_str_addf(out, "%s", *(const char *const *)field);
        break;
    case TC_OPTION_PATHS:
    case TC_OPTION_LISTENS:
        tc_str_addf(out, "%s", ((const tc_path_list *)field)->items[i]);
        break;
    case TC_OPTION_CIDRS:
        write_network(((const tc_cidr_list *)field)->items[i], out);
        break;
    case TC_OPTION_WORDS:
    case TC_OPTION_DOMAINS:
    case TC_OPTION_LANGUAGES:
    case TC_OPTION_ZONES:
    case TC_OPTION_HOSTS:
    case TC_OPTION_FIELDS:
    case TC_OPTION_DELAYS:
        tc_str_add(out, ((const tc_text_list *)field)->items[i]);
        break;
    case TC_OPTION_TIME:
        write_time(*(const tc_time *)field, out);
        break;
    case TC_OPTION_LEVEL:
        tc_str_addf(out, "%s", tc_level_name(*(const tc_level *)field));
        break;
    case TC_OPTION_JOBS:
    case TC_OPTION_SIZE:
        write_number(row->kind, field, out);
        break;
    case TC_OPTION_INDICATORS:
        write_indicators(*(const uint32_t *)field, out);
        break;
    case TC_OPTION_OUTPUT_FORMAT:
    case TC_OPTION_COLOR:
    case TC_OPTION_SANDBOX:
        tc_str_addf(out, "%s", word_of(row->kind, field));
        break;
    case TC_OPTION_KIND_COUNT:
        return;
    }
}
