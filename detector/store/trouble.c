/* trouble: a disk that is full, cannot be written or answers with errors, and the way back. */
#include "detector/store/inside.h"

#include <errno.h>
#include <stdarg.h>

#define DELAY_MIN TC_SECOND
#define DELAY_MAX (30 * TC_SECOND)

tc_time tc_store_now(const tc_store *s)
{
    return s->options.now(s->options.now_context);
}

void tc_store_tell(const tc_store *s, tc_store_news news, const char *format, ...)
{
    char sentence[1024];
    va_list args;
    if (s->options.tell == NULL) return;
    va_start(args, format);
    vsnprintf(sentence, sizeof(sentence), format, args);
    va_end(args);
    s->options.tell(s->options.tell_context, news, sentence);
}

/* Only a lock that others hold, and lack of memory, leave the files as they were. */
static bool touches_files(const tc_error *why)
{
    return why->code == TC_EIO && why->sys != EBUSY;
}

static void leave_connection(tc_store *s)
{
    if (s->sql == NULL) return;
    tc_sql_leave_alone(s->sql, true);
    tc_sql_close(s->sql);
    s->sql = NULL;
}

TC_STATUS tc_store_trouble(tc_store *s, tc_status status, const tc_error *why)
{
    char words[1024];
    bool first = s->state == TC_STORE_WELL, damaged = why->code == TC_ESYNTAX;
    if (s->sql) tc_sql_roll_back(s->sql);
    if (touches_files(why)) {
        s->unsure = true;
        leave_connection(s);
    }
    s->why = *why;
    if (s->why.code == TC_OK) (void)tc_fail(&s->why, status.code, "nothing can be written");
    s->delay = first ? DELAY_MIN : TC_MIN(2 * s->delay, DELAY_MAX);
    s->next_try = tc_time_add(tc_store_now(s), s->delay);
    if (first) s->since = tc_store_now(s);
    if (first || (damaged && s->state != TC_STORE_DAMAGED))
        tc_store_tell(s, TC_STORE_TROUBLE, "%s; what is new waits in memory",
                      tc_error_format(&s->why, words, sizeof(words)));
    s->state = damaged ? TC_STORE_DAMAGED : TC_STORE_DEGRADED;
    return status;
}

void tc_store_recovered(tc_store *s)
{
    char words[1024];
    if (s->state == TC_STORE_WELL) return;
    s->state = TC_STORE_WELL;
    tc_store_tell(s, TC_STORE_RECOVERED,
                  "the state can be written again, and nothing was lost (%s)",
                  tc_error_format(&s->why, words, sizeof(words)));
    s->why = (tc_error){0};
    s->since = TC_TIME_NONE;
}

/* What the log holds may be in the machine's memory alone, marked as written: after a sync that
 * failed, a sync that succeeds says nothing of it. With the lock of a writer nobody adds to it. */
static TC_STATUS write_log_again(tc_store *s, tc_error *reterr)
{
    TC_TRY(tc_sql_run(s->sql, "BEGIN IMMEDIATE", reterr));
    tc_status status = tc_folder_rewrite(&s->folder, TC_STORE_LOG, reterr);
    tc_sql_roll_back(s->sql);
    if (!tc_failed(status)) status = tc_folder_sync(&s->folder, reterr);
    if (!tc_failed(status)) s->unsure = false;
    return status;
}

TC_STATUS tc_store_ready(tc_store *s, tc_error *reterr)
{
    char path[TC_FOLDER_PATH];
    if (s->sql == NULL)
        TC_TRY(tc_sql_open(tc_folder_path(&s->folder, TC_STORE_DATABASE, path), TC_SQL_WRITE,
                           s->options.durability == TC_STORE_FULL, s->options.busy_ms, &s->sql,
                           reterr));
    return s->unsure ? write_log_again(s, reterr) : TC_SUCCESS;
}
