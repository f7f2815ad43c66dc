#include "detector/send/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET_MAX 4096

static TC_STATUS take(tc_slice text, const char *where, tc_str *out, tc_error *reterr)
{
    if (tc_slice_ends(text, TC_LIT("\n"))) text.len--;
    if (tc_slice_ends(text, TC_LIT("\r"))) text.len--;
    if (text.len == 0) return tc_fail(reterr, TC_ESYNTAX, "the secret '%s' is empty", where);
    if (text.len > SECRET_MAX)
        return tc_fail(reterr, TC_ESYNTAX, "the secret '%s' has more than %d bytes", where,
                       SECRET_MAX);
    tc_str_clear(out);
    tc_str_add(out, text);
    return tc_str_status(out);
}

static TC_STATUS read_open(int fd, const char *path, tc_str *out, tc_error *reterr)
{
    char room[SECRET_MAX + 3];
    struct stat s;
    if (fstat(fd, &s) < 0) return tc_fail_sys(reterr, errno, path, "cannot look at the secret");
    if (!S_ISREG(s.st_mode)) return tc_fail(reterr, TC_ESYNTAX, "the secret %s is no file", path);
    if (s.st_mode & S_IROTH)
        return tc_fail(reterr, TC_ESYNTAX, "everybody may read the secret %s (chmod o= %s)", path,
                       path);
    ssize_t n = read(fd, room, sizeof(room));
    if (n < 0) return tc_fail_sys(reterr, errno, path, "cannot read the secret");
    tc_status status = take(tc_slice_make(room, (size_t)n), path, out, reterr);
    explicit_bzero(room, sizeof(room));
    return status;
}

static TC_STATUS read_file(const char *path, tc_str *out, tc_error *reterr)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return tc_fail_sys(reterr, errno, path, "cannot open the secret");
    tc_status status = read_open(fd, path, out, reterr);
    close(fd);
    return status;
}

static TC_STATUS read_credential(const char *name, tc_str *out, tc_error *reterr)
{
    char path[4096];
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    if (folder == NULL)
        return tc_fail(reterr, TC_ESYNTAX,
                       "there are no credentials (LoadCredential=%s:... in the unit)", name);
    if (strchr(name, '/') != NULL || name[0] == '.' || name[0] == 0)
        return tc_fail(reterr, TC_ESYNTAX, "'%s' is no name of a credential", name);
    if ((size_t)snprintf(path, sizeof(path), "%s/%s", folder, name) >= sizeof(path))
        return tc_fail(reterr, TC_ESYNTAX, "the path of credential '%s' is too long", name);
    return read_file(path, out, reterr);
}

static TC_STATUS read_environment(const char *name, tc_str *out, tc_error *reterr)
{
    const char *text = getenv(name);
    if (text == NULL)
        return tc_fail(reterr, TC_ESYNTAX, "the environment has no %s for a secret", name);
    return take(tc_slice_of(text), name, out, reterr);
}

TC_STATUS tc_secret_read(const char *where, tc_str *out, tc_error *reterr)
{
    if (strncmp(where, "file:", 5) == 0) return read_file(where + 5, out, reterr);
    if (strncmp(where, "env:", 4) == 0) return read_environment(where + 4, out, reterr);
    if (strncmp(where, "credential:", 11) == 0) return read_credential(where + 11, out, reterr);
    return tc_fail(
        reterr, TC_ESYNTAX,
        "a secret is named by file:PATH, env:NAME or credential:NAME, never written out");
}

void tc_secret_wipe(tc_str *secret)
{
    if (secret->data != NULL) explicit_bzero(secret->data, secret->capacity);
    tc_str_done(secret);
}
