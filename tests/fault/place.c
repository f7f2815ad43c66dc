#include "tests/fault/place.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void place_make(char path[PLACE_PATH])
{
    const char *root = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(path, PLACE_PATH, "%s/tocsin-fault-XXXXXX", root);
    if (mkdtemp(path) == NULL) {
        perror(path);
        exit(2);
    }
}

void place_empty(const char *path)
{
    DIR *folder = opendir(path);
    char file[PLACE_PATH + 256];
    if (folder == NULL) return;
    for (;;) {
        errno = 0;
        struct dirent *entry = readdir(folder);
        if (entry == NULL && errno) perror(path);
        if (entry == NULL) break;
        snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
        if (entry->d_name[0] != '.') (void)unlink(file);
    }
    closedir(folder);
}

void place_drop(const char *path)
{
    place_empty(path);
    (void)rmdir(path);
}
