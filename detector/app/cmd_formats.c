/* tocsin formats: what is understood and what evidence it gives, and how findings are told. */
#include "detector/app/command.h"
#include "detector/output/output.h"
#include "parsers/parser.h"

static void add_logs(tc_str *page)
{
    for (size_t i = 0; tc_parsers[i] != NULL; i++) {
        const tc_parser *p = tc_parsers[i];
        tc_str_addf(page, "%s\n  %s\n  gives: %s\n  damage costs at most: %s\n  described in: %s\n",
                    p->name, p->summary, p->gives, p->unit_of_loss, p->spec);
    }
}

static void add_outputs(tc_str *page)
{
    tc_str_addf(page, "\nFindings are told (scan --format) as\n");
    for (size_t i = 0; tc_output_formats[i] != NULL; i++)
        tc_str_addf(page, "%-16s %s\n", tc_output_formats[i]->name, tc_output_formats[i]->help);
}

int tc_command_formats(const tc_options *options, tc_time now)
{
    (void)now;
    tc_str page;
    tc_error error = {0};
    if (options->paths.count > 0)
        return tc_command_failed(tc_fail(&error, TC_ESYNTAX,
                                         "formats takes no '%.60s' (tocsin parse FILE says "
                                         "what a file is)",
                                         options->paths.items[0]),
                                 &error);
    tc_str_init(&page, 65536);
    add_logs(&page);
    add_outputs(&page);
    return tc_command_print(&page);
}
