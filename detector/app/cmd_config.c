/* tocsin config: check configurations, or show what holds. */
#include "detector/app/command.h"
#include "detector/enrich/identity.h"
#include "detector/live/live_receivers.h"
#include "detector/pipeline/run.h"
#include "detector/settings/config.h"
#include "detector/settings/file.h"
#include "detector/settings/rule_loading.h"
#include "parsers/base/alloc.h"

#define PAGE_MAX ((size_t)16 << 20)
#define ACCOUNTS_MAX ((size_t)256 << 20) /* as a scan */
#define NAMES_BYTES ((size_t)92 << 20)

/* The account list into names that nobody uses. */
static TC_STATUS try_accounts(const char *path, tc_error *reterr)
{
    uint8_t *data;
    size_t length;
    if (path == NULL) return TC_SUCCESS;
    TC_TRY(tc_read_file(path, ACCOUNTS_MAX, &data, &length, reterr));
    tc_identity *names = tc_identity_new(&(tc_identity_options){.max_bytes = NAMES_BYTES});
    tc_status status = names ? tc_identity_load_accounts(names, tc_slice_of(path),
                                                         tc_slice_make(data, length), reterr)
                             : tc_fail(reterr, TC_ENOMEM, "no memory for the accounts");
    tc_identity_free(names);
    tc_free(data);
    return status;
}

/* Opening a run reads all that a configuration leads to: rules, tables, geo databases. */
static TC_STATUS try_run(const tc_options *options, tc_time now, tc_error *reterr)
{
    tc_run run;
    tc_status status = tc_run_open(&run, options, now, true, reterr);
    tc_run_close(&run);
    return status;
}

/* Those that it names are made, and reached by nobody. */
static TC_STATUS try_receivers(const tc_options *options, tc_error *reterr)
{
    tc_live_receivers *receivers = NULL;
    tc_status status = tc_live_receivers_new(options, &receivers, reterr);
    tc_live_receivers_free(receivers);
    return status;
}

static TC_STATUS check_file(const char *path, tc_time now, tc_error *reterr)
{
    static const tc_rule_reporter reporter = {NULL, tc_report_rule};
    tc_options options;
    tc_config *config = NULL;
    tc_options_start(&options, TC_COMMAND_SCAN);
    tc_status status = tc_config_read(path, &options, now, &reporter, &config, reterr);
    if (!tc_failed(status)) status = try_run(&options, now, reterr);
    if (!tc_failed(status)) status = try_accounts(options.accounts, reterr);
    if (!tc_failed(status)) status = try_receivers(&options, reterr);
    tc_options_done(&options);
    tc_config_free(config);
    return status;
}

static int check(const tc_options *o, tc_time now)
{
    tc_error error = {0};
    int exit_status = TC_EXIT_NOTHING;
    if (o->paths.count < 2)
        return tc_command_failed(
            tc_fail(&error, TC_ESYNTAX, "config check needs a file: tocsin config check FILE..."),
            &error);
    for (size_t i = 1; i < o->paths.count; i++) {
        error = (tc_error){0};
        tc_status status = check_file(o->paths.items[i], now, &error);
        if (tc_failed(status)) exit_status = tc_command_failed(status, &error);
    }
    if (exit_status != TC_EXIT_NOTHING) return exit_status;
    tc_str page;
    tc_str_init(&page, PAGE_MAX);
    tc_str_addf(&page, "%zu configuration%s, no errors\n", o->paths.count - 1,
                o->paths.count == 2 ? "" : "s");
    return tc_command_print(&page);
}

static int show(const tc_options *o, tc_time now)
{
    tc_run run;
    tc_str page;
    tc_error error = {0};
    if (o->paths.count > 1)
        return tc_command_failed(
            tc_fail(&error, TC_ESYNTAX,
                    "config show takes no file: tocsin config show --config %.200s",
                    o->paths.items[1]),
            &error);
    tc_status status = tc_run_open(&run, o, now, true, &error);
    int exit_status;
    if (tc_failed(status)) {
        exit_status = tc_command_failed(status, &error);
    } else {
        tc_str_init(&page, PAGE_MAX);
        tc_config_show(o, run.rules, now, o->effective, &page);
        exit_status = tc_command_print(&page);
    }
    tc_run_close(&run);
    return exit_status;
}

int tc_command_config(const tc_options *options, tc_time now)
{
    tc_slice verb = options->paths.count ? tc_slice_of(options->paths.items[0]) : TC_EMPTY_SLICE;
    if (tc_slice_equal(verb, TC_LIT("check"))) return check(options, now);
    if (tc_slice_equal(verb, TC_LIT("show"))) return show(options, now);
    tc_error error = {0};
    return tc_command_failed(tc_fail(&error, TC_ESYNTAX,
                                     "config: say `tocsin config check FILE` or `tocsin config "
                                     "show`"),
                             &error);
}
