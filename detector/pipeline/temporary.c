#include "detector/pipeline/temporary.h"

#include "detector/memory/nameless.h"

#include <unistd.h>

static const char *chosen(void)
{
    const char *folder = getenv("TMPDIR");
    return folder && folder[0] ? folder : NULL;
}

const char *tc_temporary_folder(void)
{
    return chosen() ? chosen() : "/var/tmp";
}

TC_STATUS tc_temporary_try(tc_error *reterr)
{
    int file;
    if (chosen() == NULL) return TC_SUCCESS;
    TC_TRY(tc_nameless_open(chosen(), &file, reterr));
    close(file);
    return TC_SUCCESS;
}
