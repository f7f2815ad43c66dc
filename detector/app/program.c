/* The program: reads the command line and hands over to a command. */
#include "detector/app/command.h"
#include "detector/app/version.h"
#include "detector/settings/nearest.h"
#include "detector/settings/options_reading.h"
#include "parsers/base/utf8.h"

#include <signal.h>
#include <unistd.h>

typedef struct command_row {
    const char *name;
    tc_command command;
    const char *help;
    int (*run)(const tc_options *options, tc_time now);
} command_row;

static const command_row commands[] = {
#define TC_COMMAND(number, name, help, usage, after)                                               \
    {#name, TC_COMMAND_##number, help, tc_command_##name},
#include "detector/settings/commands.def"
#undef TC_COMMAND
};

#define PAGE_MAX 65536

static bool is_one_of(tc_slice word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (tc_slice_equal(word, tc_slice_of(words[i]))) return true;
    return false;
}

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
                "\nStart with: tocsin scan FOLDER     More: tocsin help COMMAND, man tocsin\n");
    return tc_command_print(&page);
}

static int print_version(void)
{
    tc_str page;
    tc_str_init(&page, PAGE_MAX);
    tc_version_page(&page);
    return tc_command_print(&page);
}

static bool may_be_path(const char *word)
{
    return strchr(word, '/') != NULL || access(word, F_OK) == 0;
}

static const char *nearest_command(const char *word)
{
    const char *names[TC_COUNT_OF(commands)];
    for (size_t i = 0; i < TC_COUNT_OF(commands); i++)
        names[i] = commands[i].name;
    return tc_nearest_word(tc_slice_of(word), names, TC_COUNT_OF(names));
}

/* What was typed is told whole, however long: a path that is cut looks like a typo. */
static int unknown_command(const char *word)
{
    tc_str line;
    const char *near = nearest_command(word);
    tc_str_init(&line, PAGE_MAX);
    tc_str_addf(&line, "tocsin: unknown command '");
    tc_escape_text(&line, tc_slice_of(word));
    if (may_be_path(word)) {
        tc_str_addf(&line, "'; did you mean: tocsin scan ");
        tc_escape_text(&line, tc_slice_of(word));
        tc_str_add_byte(&line, '\n');
    } else if (near) {
        tc_str_addf(&line, "' (did you mean '%s'?)\n", near);
    } else {
        tc_str_addf(&line, "' (see tocsin --help)\n");
    }
    fputs(tc_str_cstr(&line), stderr);
    tc_str_done(&line);
    return TC_EXIT_USAGE;
}

static int print_command_help(tc_command command)
{
    tc_str page;
    tc_str_init(&page, PAGE_MAX);
    tc_options_help(command, &page);
    return tc_command_print(&page);
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
    tc_status status =
        tc_options_read_all(&options, &config, row->command, argc, argv, now, &error);
    if (tc_failed(status))
        exit_status = tc_command_failed(status, &error);
    else if (options.help)
        exit_status = print_command_help(row->command);
    else if (options.version)
        exit_status = print_version();
    else
        exit_status = row->run(&options, now);
    tc_options_done(&options);
    tc_config_free(config);
    return exit_status;
}

static const command_row *command_of(tc_slice word)
{
    for (size_t i = 0; i < TC_COUNT_OF(commands); i++)
        if (tc_slice_equal(word, tc_slice_of(commands[i].name))) return &commands[i];
    return NULL;
}

/* The page of the program, or of the command that is named behind. */
static int help(int argc, char **argv)
{
    if (argc < 3) return print_help();
    const command_row *row = command_of(tc_slice_of(argv[2]));
    return row != NULL ? print_command_help(row->command) : unknown_command(argv[2]);
}

int tc_program(int argc, char **argv)
{
    static const char *const helps[] = {"--help", "-h", "help"};
    static const char *const versions[] = {"--version", "-V", "version"};
    /* A closed pipe, or a file that may not grow, is an error of the one write, so that what was
     * begun is ended in order and with words. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    if (argc < 2) {
        (void)print_help();
        return TC_EXIT_USAGE;
    }
    tc_slice word = tc_slice_of(argv[1]);
    if (is_one_of(word, helps, TC_COUNT_OF(helps))) return help(argc, argv);
    if (is_one_of(word, versions, TC_COUNT_OF(versions))) return print_version();
    const command_row *row = command_of(word);
    return row != NULL ? read_and_run(row, argc - 1, argv + 1) : unknown_command(argv[1]);
}
