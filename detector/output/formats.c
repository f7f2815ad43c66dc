/* The table of output formats. */
#include "detector/output/output.h"

const tc_output_format *const tc_output_formats[] = {
#define TC_OUTPUT_FORMAT(format) &tc_output_##format,
#include "detector/output/formats.def"
#undef TC_OUTPUT_FORMAT
    NULL};

const tc_output_format *tc_output_format_of(const tc_output_format *const *table, tc_slice name)
{
    for (; *table != NULL; table++)
        if (tc_slice_equal_ascii(name, tc_slice_of((*table)->name))) return *table;
    return NULL;
}

void tc_output_format_names(const tc_output_format *const *table, tc_str *out)
{
    for (size_t i = 0; table[i] != NULL; i++) {
        const char *before = i == 0 ? "" : table[i + 1] == NULL ? " or " : ", ";
        tc_str_addf(out, "%s%s", before, table[i]->name);
    }
}
