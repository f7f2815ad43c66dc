#include "tests/unit/input/real.h"

#include <criterion/criterion.h>

static tc_names *names;
static tc_schemas *schemas;

void init_real(void)
{
    init_files();
    names = tc_names_new();
    schemas = tc_schemas_new(names, 256);
    cr_assert(names && schemas);
}

void done_real(void)
{
    tc_schemas_free(schemas);
    tc_names_free(names);
    done_files();
}

tc_input *open_real(const char *name)
{
    tc_input_options options = {.names = names, .schemas = schemas};
    return open_with(&options, name);
}
