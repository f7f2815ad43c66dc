#include "parsers/parser.h"

#define NAME_MAX_BYTES 64

void tc_carry_visit(const tc_parser *parser, tc_carry *carry, const tc_parse_options *options,
                    tc_visit *visit)
{
    tc_slice name = tc_slice_of(parser->name);
    uint32_t version = parser->carry_version;
    tc_visit_text(visit, &name, NAME_MAX_BYTES);
    tc_visit_u32(visit, &version);
    if (tc_visit_loads(visit)) {
        parser->begin(parser, carry, options);
        bool same = tc_slice_equal(name, tc_slice_of(parser->name));
        if (!same || version != parser->carry_version)
            tc_visit_refuse(visit, "it was read as another format, or by another version of it");
    }
    if (!tc_visit_failed(visit)) parser->carry_visit(parser, carry, options, visit);
}
