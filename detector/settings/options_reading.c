#include "detector/settings/options_reading.h"

#include "detector/settings/rule_loading.h"

TC_STATUS tc_options_read_all(tc_options *options, tc_config **config, tc_command command, int argc,
                              char **argv, tc_time now, tc_error *reterr)
{
    static const tc_rule_reporter reporter = {NULL, tc_report_rule};
    const char *path = tc_options_look(command, argc, argv, "config");
    *config = NULL;
    tc_options_start(options, command);
    if (path != NULL) TC_TRY(tc_config_read(path, options, now, &reporter, config, reterr));
    options->line_argc = argc;
    options->line_argv = argv;
    return tc_options_read_line(options, argc, argv, now, reterr);
}

TC_STATUS tc_options_read_again(const tc_options *before, tc_options *options, tc_config **config,
                                tc_time now, tc_error *reterr)
{
    return tc_options_read_all(options, config, before->command, before->line_argc,
                               before->line_argv, now, reterr);
}
