/* The program: reads the command line and hands over to a command. */
#include "detector/app/command.h"
#include "detector/app/config.h"
#include "detector/app/nearest.h"
#include "detector/app/run.h"

#include <signal.h>
#include <unistd.h>

#ifndef TC_VERSION
#error "TC_VERSION comes from the build"
#endif

typedef struct command_row {
    const char *name;
    tc_command command;
    const char *help;
    int (*run)(const tc_options *options, tc_time now);
} command_row;

static const command_row commands[] = {
#define TC_COMMAND(number, name, help, usage, after)                                               \
    {#name, TC_COMMAND_##number, help, tc_command_##name},
#include "detector/app/commands.def"
#undef TC_COMMAND
};

#define PAGE_MAX 65536

static int print_help(void)
{
    tc_str page;
    tc_str_init(&page, PAGE_MAX);
    tc_str_addf(&page,
                "Usage: tocsin COMMAND [OPTION]... [PATH]...\n"
                "Detects break-ins to Exchange-style mail servers in the logs they leave.\n\n");
    for (size_t i = 0; i < TC_COUNT_OF(commands); i++)
        tc_str_addf(&page, "  %-10s %s\n", commands[i].name, commands[i].help);
    tc_str_addf(&page,
                "\nStart with: tocsin scan FOLDER     More: tocsin COMMAND --help, man tocsin\n");
    return tc_command_print(&page);
}

static int print_version(void)
{
    tc_str page;
    tc_str_init(&page, PAGE_MAX);
    tc_str_addf(&page, "tocsin %s\n", TC_VERSION);
    return tc_command_print(&page);
}

static int unknown_command(const char *word)
{
    const char *names[TC_COUNT_OF(commands)];
    tc_error error = {0};
    for (size_t i = 0; i < TC_COUNT_OF(commands); i++)
        names[i] = commands[i].name;
    const char *near = tc_nearest_word(tc_slice_of(word), names, TC_COUNT_OF(names));
    tc_status status =
        near ? tc_fail(&error, TC_ESYNTAX, "unknown command '%.40s' (did you mean '%s'?)", word,
                       near)
             : tc_fail(&error, TC_ESYNTAX, "unknown command '%.40s' (see tocsin --help)", word);
    return tc_command_failed(status, &error);
}

static int print_command_help(tc_command command)
{
    tc_str page;
    tc_str_init(&page, PAGE_MAX);
    tc_options_help(command, &page);
    return tc_command_print(&page);
}

/* What the configuration says, and over it the command line. */
static TC_STATUS read_options(tc_options *options, tc_config **config, tc_command command, int argc,
                              char **argv, tc_time now, tc_error *reterr)
{
    static const tc_rule_reporter reporter = {NULL, tc_report_rule};
    const char *path = tc_options_look(command, argc, argv, "config");
    tc_options_start(options, command);
    if (path != NULL) TC_TRY(tc_config_read(path, options, now, &reporter, config, reterr));
    return tc_options_read_line(options, argc, argv, now, reterr);
}

static int read_and_run(const command_row *row, int argc, char **argv)
{
    tc_options options;
    tc_config *config = NULL;
    tc_error error = {0};
    struct timespec clock;
    clock_gettime(CLOCK_REALTIME, &clock);
    tc_time now = (tc_time)clock.tv_sec * TC_SECOND + clock.tv_nsec;
    int exit_status;
    tc_status status = read_options(&options, &config, row->command, argc, argv, now, &error);
    if (tc_failed(status))
        exit_status = tc_command_failed(status, &error);
    else if (options.help)
        exit_status = print_command_help(row->command);
    else
        exit_status = row->run(&options, now);
    tc_options_done(&options);
    tc_config_free(config);
    return exit_status;
}

int tc_program(int argc, char **argv)
{
    /* A closed pipe, or a file that may not grow, is an error of the one write, so that what was
     * begun is ended in order and with words. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    tc_slice word = tc_slice_of(argc > 1 ? argv[1] : "--help");
    if (tc_slice_equal(word, TC_LIT("--help")) || tc_slice_equal(word, TC_LIT("-h")) ||
        tc_slice_equal(word, TC_LIT("help"))) {
        int exit_status = print_help();
        return argc > 1 ? exit_status : TC_EXIT_USAGE;
    }
    if (tc_slice_equal(word, TC_LIT("--version"))) return print_version();
    for (size_t i = 0; i < TC_COUNT_OF(commands); i++)
        if (tc_slice_equal(word, tc_slice_of(commands[i].name)))
            return read_and_run(&commands[i], argc - 1, argv + 1);
    return unknown_command(argv[1]);
}
