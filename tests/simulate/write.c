/* Sorts the lines and writes them into files as the servers do: one a day, with their headers. */
#include "tests/simulate/folder.h"
#include "tests/simulate/world.h"

static const char iis_header[] =
    "#Software: Microsoft Internet Information Services 7.5\r\n#Version: 1.0\r\n#Date: %s\r\n"
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "
    "cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken\r\n";
static const char tracking_header[] =
    "#Software: Microsoft Exchange Server\r\n#Version: 14.0.0.0\r\n"
    "#Log-type: Message Tracking Log\r\n#Date: %sT00:00:00.000Z\r\n"
    "#Fields: date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,"
    "connector-id,source,event-id,internal-message-id,message-id,recipient-address,"
    "recipient-status,total-bytes,recipient-count,related-recipient-address,reference,"
    "message-subject,sender-address,return-path,message-info,directionality,tenant-id,"
    "original-client-ip,original-server-ip,custom-data\r\n";

static int by_time(const void *a, const void *b)
{
    const line *x = a, *y = b;
    if (x->file != y->file) return x->file < y->file ? -1 : 1;
    /* IIS counts whole seconds; within one, the order of making. */
    if (x->time != y->time) return x->time < y->time ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static void file_name(const world *w, log_file file, tc_time day, char *out, size_t size)
{
    char text[TC_TIME_TEXT];
    tc_time_format_human(day, text);
    const char *folder = w->set.folder;
    char compact[9] = {text[0], text[1], text[2], text[3], text[5], text[6], text[8], text[9], 0};
    switch (file) {
    case LOG_IIS1:
    case LOG_IIS2:
        snprintf(out, size, "%s/logs/EX0%d/W3SVC1/u_ex%s.log", folder, file == LOG_IIS1 ? 1 : 2,
                 compact + 2);
        return;
    case LOG_TRACKING:
        snprintf(out, size, "%s/logs/HUB01/MessageTracking/MSGTRK%s-1.LOG", folder, compact);
        return;
    case LOG_DC_XML:
        snprintf(out, size, "%s/logs/DC01/security-%.6s.xml", folder, compact);
        return;
    case LOG_DC_JSON:
        snprintf(out, size, "%s/logs/DC02/winlogbeat-%.6s.ndjson", folder, compact);
        return;
    case LOG_COUNT:
        break;
    }
    out[0] = 0;
}

static FILE *open_log(const char *name, log_file file, tc_time first)
{
    char folder[4096], date[TC_TIME_TEXT];
    snprintf(folder, sizeof(folder), "%s", name);
    char *slash = strrchr(folder, '/');
    if (slash != NULL) *slash = 0;
    if (!files_folder(folder)) return NULL;
    FILE *out = fopen(name, "wb");
    if (out == NULL) return NULL;
    tc_time_format_human(first, date);
    if (file == LOG_IIS1 || file == LOG_IIS2) fprintf(out, iis_header, date);
    date[10] = 0;
    if (file == LOG_TRACKING) {
        fputs("\xef\xbb\xbf", out);
        fprintf(out, tracking_header, date);
    }
    return out;
}

bool write_logs(world *w)
{
    char name[4096], open_name[4096] = "";
    FILE *out = NULL;
    bool ok = true;
    if (w->line_count) qsort(w->lines, w->line_count, sizeof(line), by_time);
    for (size_t i = 0; ok && i < w->line_count; i++) {
        const line *l = &w->lines[i];
        file_name(w, l->file, l->time, name, sizeof(name));
        if (strcmp(name, open_name) != 0) {
            if (out != NULL && fclose(out) != 0) ok = false;
            out = open_log(name, l->file, l->time);
            snprintf(open_name, sizeof(open_name), "%s", name);
        }
        bool unix_ends = l->file == LOG_DC_XML || l->file == LOG_DC_JSON;
        ok = ok && out != NULL && fwrite(w->text.data + l->at, 1, l->length, out) == l->length &&
             fputs(unix_ends ? "\n" : "\r\n", out) >= 0;
    }
    if (out != NULL && fclose(out) != 0) ok = false;
    return ok;
}

bool write_expected(const world *w)
{
    char path[4096], time[TC_TIME_TEXT];
    const expected *x = &w->truth;
    snprintf(path, sizeof(path), "%s/expected.json", w->set.folder);
    FILE *out = fopen(path, "wb");
    if (out == NULL) return false;
    fprintf(out, "{\"attack\": %s, \"language\": \"zh-Hans\"", w->set.attack ? "true" : "false");
    if (x->victim_count)
        fprintf(out, ", \"first_access\": \"%s\"", tc_time_format(x->first_access, time));
    fprintf(out, ", \"mailboxes\": [");
    for (uint32_t i = 0; i < x->victim_count; i++)
        fprintf(out, "%s\"%s\"", i ? ", " : "", w->people[x->victims[i]].mail);
    fprintf(out, "], \"sources\": [");
    for (uint32_t i = 0; i < x->source_count; i++)
        fprintf(out, "%s\"%s\"", i ? ", " : "", x->sources[i]);
    fprintf(out, "]}\n");
    return fclose(out) == 0;
}
