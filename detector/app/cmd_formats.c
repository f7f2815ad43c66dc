/* tocsin formats: what is understood, and what evidence it gives. */
#include "detector/app/command.h"
#include "parsers/parser.h"

int tc_command_formats(const tc_options *options)
{
    tc_str page;
    (void)options;
    tc_str_init(&page, 65536);
    for (size_t i = 0; tc_parsers[i] != NULL; i++) {
        const tc_parser *p = tc_parsers[i];
        tc_str_addf(&page,
                    "%-16s %s\n%-16s   gives: %s\n%-16s   damage costs at most: %s; described in: "
                    "%s\n",
                    p->name, p->summary, "", p->gives, "", p->unit_of_loss, p->spec);
    }
    return tc_command_print(&page);
}
