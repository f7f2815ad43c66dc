/*
 * driver: a main() that replays files and folders through a fuzz target, so that corpora and the
 * inputs of past crashes are tests in every build, with any compiler.
 */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#define FILE_MAX ((size_t)1 << 20)
#define PATH_BYTES 4096

static size_t replayed;

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(FILE_MAX);
    if (!file || !bytes) {
        fprintf(stderr, "%s: cannot be read\n", path);
        if (file) fclose(file);
        free(bytes);
        return 1;
    }
    size_t length = fread(bytes, 1, FILE_MAX, file);
    fclose(file);
    /* Exactly as long as the input, for the sanitizer. */
    uint8_t *exact = malloc(length ? length : 1);
    if (exact) {
        memcpy(exact, bytes, length);
        LLVMFuzzerTestOneInput(exact, length);
        replayed++;
    }
    free(exact);
    free(bytes);
    return exact ? 0 : 1;
}

static int replay_folder(const char *path, DIR *folder)
{
    int failed = 0;
    for (;;) {
        char inner[PATH_BYTES];
        errno = 0;
        struct dirent *entry = readdir(folder);
        if (!entry) return failed || errno != 0;
        if (entry->d_name[0] == '.') continue;
        int length = snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        if (length < 0 || (size_t)length >= sizeof inner)
            failed = 1;
        else
            failed |= replay_file(inner);
    }
}

static int replay(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder) return replay_file(path);
    int failed = replay_folder(path, folder);
    closedir(folder);
    return failed;
}

int main(int argc, char **argv)
{
    int failed = 0;
    for (int i = 1; i < argc; i++)
        failed |= replay(argv[i]);
    printf("%zu inputs replayed\n", replayed);
    return failed || replayed == 0;
}
