#include "detector/app/command.h"

int main(int argc, char **argv)
{
    return tc_program(argc, argv);
}
