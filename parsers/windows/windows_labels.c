#include "parsers/windows/windows_labels.h"

#define CATEGORIES 2
#define RANK_COPY 1

/* -- labels ---------------------------------------------------------------------------------- */

static const tc_logsource labels[TC_WINDOWS_LOG_COUNT][CATEGORIES] = {
    [TC_WINDOWS_LOG_OTHER] = {{NULL, "windows", NULL}},
#define TC_WINDOWS_LABELS(log, service, category, more)                                            \
    [TC_WINDOWS_LOG_##log] = {{category, "windows", service}, {more, "windows", service}},
#include "parsers/windows/windows_labels.def"
};

const tc_logsource_set tc_windows_label_sets[TC_WINDOWS_LOG_COUNT] = {
    [TC_WINDOWS_LOG_OTHER] = {labels[TC_WINDOWS_LOG_OTHER], 1},
#define TC_WINDOWS_LABELS(log, service, category, more)                                            \
    [TC_WINDOWS_LOG_##log] = {labels[TC_WINDOWS_LOG_##log], (more) != NULL ? 2 : 1},
#include "parsers/windows/windows_labels.def"
};

/* -- channels and providers ------------------------------------------------------------------ */

struct named {
    const char *name;
    tc_windows_log log;
};

static const struct named channels[] = {
#define TC_WINDOWS_CHANNEL(channel, log) {channel, TC_WINDOWS_LOG_##log},
#include "parsers/windows/windows_labels.def"
};

static const struct named providers[] = {
#define TC_WINDOWS_PROVIDER(provider, log) {provider, TC_WINDOWS_LOG_##log},
#include "parsers/windows/windows_labels.def"
};

static int lower(int c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* Text against a name, letters in any case. */
static int compare(tc_slice text, const char *name)
{
    for (size_t i = 0; i < text.len; i++) {
        if (name[i] == '\0') return 1; /* the text may hold a NUL */
        int difference = lower(text.ptr[i]) - lower((uint8_t)name[i]);
        if (difference != 0) return difference;
    }
    return name[text.len] == '\0' ? 0 : -1;
}

static tc_windows_log log_of_channel(tc_slice channel)
{
    size_t low = 0, high = TC_COUNT_OF(channels);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int difference = compare(channel, channels[middle].name);
        if (difference == 0) return channels[middle].log;
        if (difference < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return TC_WINDOWS_LOG_OTHER;
}

static tc_windows_log log_of_provider(tc_slice provider)
{
    for (size_t i = 0; provider.len && i < TC_COUNT_OF(providers); i++)
        if (compare(provider, providers[i].name) == 0) return providers[i].log;
    return TC_WINDOWS_LOG_OTHER;
}

/* -- numbers --------------------------------------------------------------------------------- */

static const struct numbered {
    tc_windows_log log;
    uint32_t number;
    const char *type;
    tc_windows_log is;
} numbers[] = {
#define TC_WINDOWS_NUMBER(log, number, type, is)                                                   \
    {TC_WINDOWS_LOG_##log, number, type, TC_WINDOWS_LOG_##is},
#include "parsers/windows/windows_labels.def"
};

/* The first row that is not below the number. */
static size_t first_of(uint64_t number)
{
    size_t low = 0, high = TC_COUNT_OF(numbers);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (numbers[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static tc_windows_log log_of_number(tc_windows_log log, tc_slice text, tc_slice type)
{
    uint64_t number;
    if (log == TC_WINDOWS_LOG_OTHER || !tc_slice_to_u64(text, &number)) return log;
    for (size_t i = first_of(number); i < TC_COUNT_OF(numbers) && numbers[i].number == number; i++)
        if (numbers[i].log == log &&
            (!numbers[i].type || tc_slice_equal(type, tc_slice_of(numbers[i].type))))
            return numbers[i].is;
    return log;
}

tc_windows_log tc_windows_log_of(tc_slice channel, tc_slice provider, tc_slice number,
                                 tc_slice type)
{
    tc_windows_log log = channel.len ? log_of_channel(channel) : log_of_provider(provider);
    return log_of_number(log, number, type);
}

/* -- copies ---------------------------------------------------------------------------------- */

static const struct copy {
    tc_windows_log log;
    const char *field;
    tc_field_static from;
} copies[] = {
#define TC_WINDOWS_COPY(log, field, from) {TC_WINDOWS_LOG_##log, field, TC_FIELD_##from},
#include "parsers/windows/windows_labels.def"
};

void tc_windows_copy_fields(tc_windows_log log, tc_row *row, const tc_schema *schema,
                            const tc_names *names)
{
    for (size_t i = 0; i < TC_COUNT_OF(copies); i++) {
        if (copies[i].log != log) continue;
        tc_field field = tc_names_find(names, tc_slice_of(copies[i].field));
        int to = field == TC_FIELD_NONE ? -1 : tc_schema_column(schema, field);
        int from = tc_schema_column(schema, (tc_field)copies[i].from);
        if (to < 0 || from < 0 || row->ranks[from] == 0) continue;
        tc_row_set(row, (uint16_t)to, row->cells[from], RANK_COPY);
    }
}
