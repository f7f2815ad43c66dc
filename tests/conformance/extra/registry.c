#include "tests/conformance/extra/formats.h"

const tc_parser *const tc_extra_parsers[] = {
    &tc_parser_connectivity,
    &tc_parser_hmailserver,
    NULL,
};
