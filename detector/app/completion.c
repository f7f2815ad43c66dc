/*
 * completion: prints what a shell needs to complete the command line of tocsin; run by the build.
 *
 *   tocsin-completion bash|zsh
 *
 * Made from options.def, commands.def and the tables of levels and formats, so that no list of
 * options is kept twice. What an option takes is told by the word that stands for its value.
 */
#include "detector/alert.h"
#include "detector/settings/options_known.h"
#include "parsers/parser.h"

enum {
#define TC_COMMAND(number, name, help, usage, after) TC_NUMBER_##number,
#include "detector/settings/commands.def"
#undef TC_COMMAND
};
/* The commands as options.def names them. */
enum {
#define TC_COMMAND(number, name, help, usage, after) number = 1 << TC_NUMBER_##number,
#include "detector/settings/commands.def"
#undef TC_COMMAND
};

typedef struct command_row {
    int command;
    const char *name, *help, *usage;
} command_row;

static const command_row commands[] = {
#define TC_COMMAND(number, name, help, usage, after) {number, #name, help, usage},
#include "detector/settings/commands.def"
#undef TC_COMMAND
};

typedef struct option_row {
    const char *name;
    char letter;
    const char *argument; /* NULL: it takes none */
    int commands;
    bool judging;
    const char *help;
} option_row;

/* The classes as options.def names them: what is observed and what is made of it, and the rest. */
enum { W = 1, O = 1, P = 0, R = 0 };

static const option_row options[] = {
#define TC_OPTION(name, letter, argument, field, option_class, commands, help)                     \
    {name, letter, argument, commands, option_class, help},
#include "detector/settings/options.def"
#undef TC_OPTION
};

static bool knows(const command_row *command, const option_row *o)
{
    return tc_option_is_known((unsigned)o->commands, o->judging, (unsigned)command->command, SCAN,
                              INCIDENT | TIMELINE | WHY | WATCH);
}

static const char *const outputs[] = {
#define TC_OUTPUT_FORMAT(name) #name,
#include "detector/output/formats.def"
#undef TC_OUTPUT_FORMAT
};

/* -- what a value may be -------------------------------------------------------------------- */

typedef enum value_kind { VALUE_OTHER, VALUE_FILE, VALUE_FOLDER, VALUE_WORDS } value_kind;

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static void print_levels(void)
{
    for (unsigned i = 0; i < TC_LEVEL_COUNT; i++)
        printf("%s%s", i ? " " : "", tc_level_name((tc_level)i));
}

static void print_outputs(void)
{
    for (size_t i = 0; i < TC_COUNT_OF(outputs); i++)
        printf("%s%s", i ? " " : "", outputs[i]);
}

static void print_parsers(void)
{
    for (size_t i = 0; tc_parsers[i]; i++)
        printf("%s%s", i ? " " : "", tc_parsers[i]->name);
}

static value_kind kind_of(const option_row *option)
{
    const char *argument = option->argument;
    if (begins(argument, "FILE") || begins(argument, "PATH") || begins(argument, "[=PATH"))
        return VALUE_FILE;
    if (begins(argument, "FOLDER")) return VALUE_FOLDER;
    if (begins(argument, "LEVEL") || begins(argument, "WHEN")) return VALUE_WORDS;
    return strcmp(option->name, "format") == 0 ? VALUE_WORDS : VALUE_OTHER;
}

static void print_words(const option_row *option, int command)
{
    if (begins(option->argument, "LEVEL"))
        print_levels();
    else if (begins(option->argument, "WHEN"))
        printf("auto always never");
    else if (command == PARSE)
        print_parsers();
    else
        print_outputs();
}

/* The words that stand behind the command on the lines of its usage, such as "tocsin rules
 * list|check|test [PATH]...", printed apart by blanks; returns on how many lines there are some. */
static size_t print_subcommands(const command_row *command, bool print)
{
    size_t count = 0;
    for (const char *at = command->usage; (at = strstr(at, "tocsin ")) != NULL;) {
        at += strlen("tocsin ");
        if (!begins(at, command->name)) continue;
        at += strlen(command->name);
        size_t blanks = strspn(at, " "),
               length = strspn(at + blanks, "abcdefghijklmnopqrstuvwxyz|");
        if (blanks != 1 || length == 0 || !strchr(" \n", at[1 + length])) continue;
        if (print && count > 0) putchar(' ');
        for (size_t i = 1; print && i <= length; i++)
            putchar(at[i] == '|' ? ' ' : at[i]);
        count++;
    }
    return count;
}

/* -- bash ----------------------------------------------------------------------------------- */

static void bash_value(const option_row *option, int command)
{
    static const char *const actions[] = {"other", "file", "folder", "words"};
    printf(" action=%s", actions[kind_of(option)]);
    if (kind_of(option) != VALUE_WORDS) return;
    printf(" words='");
    print_words(option, command);
    printf("'");
}

static void bash_command(const command_row *command)
{
    printf("    %s)\n        options='", command->name);
    for (size_t i = 0; i < TC_COUNT_OF(options); i++)
        if (knows(command, &options[i])) printf("--%s ", options[i].name);
    printf("' subcommands='");
    (void)print_subcommands(command, true);
    printf("'\n        case $previous in\n");
    for (size_t i = 0; i < TC_COUNT_OF(options); i++) {
        const option_row *o = &options[i];
        if (!knows(command, o) || o->argument == NULL) continue;
        printf("        --%s=", o->name);
        if (o->argument[0] != '[') printf(" | --%s", o->name);
        if (o->letter) printf(" | -%c", o->letter);
        printf(")");
        bash_value(o, command->command);
        printf(" ;;\n");
    }
    printf("        esac\n        ;;\n");
}

static const char bash_head[] =
    "# Completion of tocsin for bash; made from the table of its options.\n"
    "_tocsin()\n{\n"
    "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
    "    local options='' subcommands='' action='' words=''\n"
    "    COMPREPLY=()\n"
    "    if [ \"$current\" = = ]; then\n        current='' previous=$previous=\n"
    "    elif [ \"$previous\" = = ]; then\n        previous=${COMP_WORDS[COMP_CWORD-2]}=\n    fi\n";
static const char bash_tail[] =
    "    if [ -z \"$action\" ]; then\n"
    "        action=file\n"
    "        if [ \"$COMP_CWORD\" -eq 2 ] && [ -n \"$subcommands\" ]; then\n"
    "            action=words words=$subcommands\n        fi\n"
    "        case $current in -*) action=words words=$options ;; esac\n    fi\n"
    "    case $action in\n"
    "    words) mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\") ;;\n"
    "    file) compopt -o filenames 2>/dev/null\n"
    "        mapfile -t COMPREPLY < <(compgen -f -- \"$current\") ;;\n"
    "    folder) compopt -o filenames 2>/dev/null\n"
    "        mapfile -t COMPREPLY < <(compgen -d -- \"$current\") ;;\n"
    "    esac\n}\ncomplete -F _tocsin tocsin\n";

static void print_bash(void)
{
    printf("%s    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        action=words words='", bash_head);
    for (size_t i = 0; i < TC_COUNT_OF(commands); i++)
        printf("%s ", commands[i].name);
    printf("--help --version'\n    fi\n    case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; i < TC_COUNT_OF(commands); i++)
        bash_command(&commands[i]);
    printf("    esac\n%s", bash_tail);
}

/* -- zsh ------------------------------------------------------------------------------------ */

/* A text inside '...[...]'. */
static void zsh_text(const char *text)
{
    for (; *text; text++) {
        if (*text == '\'')
            printf("'\\''");
        else
            printf(strchr("[]:\\", *text) ? "\\%c" : "%c", *text);
    }
}

static void zsh_value(const option_row *option, int command)
{
    printf(option->argument[0] == '[' ? "::" : ":");
    zsh_text(option->name);
    printf(":");
    switch (kind_of(option)) {
    case VALUE_FILE:
        printf("_files");
        break;
    case VALUE_FOLDER:
        printf("_files -/");
        break;
    case VALUE_WORDS:
        printf("(");
        print_words(option, command);
        printf(")");
        break;
    case VALUE_OTHER:
        printf(" ");
        break;
    }
}

static void zsh_spelling(const option_row *option, int command, bool letter)
{
    printf("        '*");
    if (letter)
        printf("-%c%s", option->letter, option->argument ? "+" : "");
    else
        printf("--%s%s", option->name,
               !option->argument            ? ""
               : option->argument[0] == '[' ? "=-"
                                            : "=");
    printf("[");
    zsh_text(option->help[0] ? option->help : option->name);
    printf("]");
    if (option->argument) zsh_value(option, command);
    printf("' \\\n");
}

static void zsh_command(const command_row *command)
{
    printf("    (%s)\n        _arguments -s -S \\\n", command->name);
    for (size_t i = 0; i < TC_COUNT_OF(options); i++) {
        if (!knows(command, &options[i])) continue;
        zsh_spelling(&options[i], command->command, false);
        if (options[i].letter) zsh_spelling(&options[i], command->command, true);
    }
    if (print_subcommands(command, false) > 0) {
        printf("        '1:what:(");
        (void)print_subcommands(command, true);
        printf(")' \\\n");
    }
    printf("        '*:file:_files'\n        ;;\n");
}

static void print_zsh(void)
{
    printf("#compdef tocsin\n# Completion of tocsin for zsh; made from the table of its options.\n"
           "_tocsin() {\n    local -a commands=(\n");
    for (size_t i = 0; i < TC_COUNT_OF(commands); i++) {
        printf("        '%s:", commands[i].name);
        zsh_text(commands[i].help);
        printf("'\n");
    }
    printf("    )\n    if (( CURRENT == 2 )); then\n        _describe command commands\n"
           "        return\n    fi\n    shift words\n    (( CURRENT-- ))\n    case $words[1] in\n");
    for (size_t i = 0; i < TC_COUNT_OF(commands); i++)
        zsh_command(&commands[i]);
    printf("    esac\n}\n_tocsin \"$@\"\n");
}

int main(int argc, char **argv)
{
    const char *shell = argc == 2 ? argv[1] : "";
    if (strcmp(shell, "bash") == 0)
        print_bash();
    else if (strcmp(shell, "zsh") == 0)
        print_zsh();
    else
        return 2;
    return fflush(stdout) == 0 ? 0 : 1;
}
