#include "tests/simulate/folder.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

bool files_folder(const char *path)
{
    char part[4096];
    snprintf(part, sizeof(part), "%s", path);
    for (char *c = part + 1; *c; c++) {
        if (*c != '/') continue;
        *c = 0;
        if (mkdir(part, 0755) != 0 && errno != EEXIST) return false;
        *c = '/';
    }
    return mkdir(part, 0755) == 0 || errno == EEXIST;
}
