#include "detector/output/text_block.h"

#include "detector/output/escape.h"

void tc_block_label(const tc_output *output, const char *label, tc_str *out)
{
    tc_str_add(out, TC_LIT("  "));
    tc_page_paint(output, TC_PAINT_HEAD, label, TC_BLOCK_INDENT - 2, out);
}

void tc_block_text(tc_output *output, const char *label, tc_slice raw, tc_str *out)
{
    tc_block_label(output, label, out);
    tc_page_wrap(output, TC_BLOCK_INDENT, TC_BLOCK_INDENT, raw, out);
}

void tc_block_line(tc_output *output, size_t indent, tc_slice raw, tc_str *out)
{
    tc_str_addf(out, "%*s", (int)indent, "");
    tc_page_wrap(output, indent, indent, raw, out);
}

static size_t table_indent(const tc_output *output)
{
    return output->options.width < 80 ? 4 : TC_BLOCK_INDENT;
}

bool tc_block_table_shows(const tc_output *output, size_t column)
{
    return tc_table_shows(&output->table, column, table_indent(output), output->options.width);
}

void tc_block_table(tc_output *output, size_t left_out, tc_str *out)
{
    size_t columns =
        tc_table_print(&output->table, table_indent(output), output->options.width, out);
    if (left_out)
        tc_str_addf(out, "%*sand %zu more, all with -f json\n", TC_BLOCK_INDENT, "", left_out);
    if (columns)
        tc_str_addf(out, "%*s(%zu column%s more on a wider page, all with -f json)\n",
                    TC_BLOCK_INDENT, "", columns, columns == 1 ? "" : "s");
}
