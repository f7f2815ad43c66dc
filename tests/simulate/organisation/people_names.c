#include "tests/simulate/organisation/people_names.h"

const char *const given_names[] = {
    "Agathe",    "Alberto",  "Aldona",     "Anneli",  "Aris",     "Baptiste", "Beata",
    "Benedetta", "Boris",    "Brigitte",   "Caspar",  "Cathal",   "Chiara",   "Corneliu",
    "Dagmar",    "Despina",  "Diego",      "Dorota",  "Edwige",   "Eino",     "Emeric",
    "Esteban",   "Evaldas",  "Fabienne",   "Fergus",  "Filippa",  "Fotini",   "Gabor",
    "Geert",     "Ghislain", "Gintare",    "Helmut",  "Henrique", "Hilde",    "Ignacio",
    "Ilze",      "Ingeborg", "Isaura",     "Jaromir", "Jasna",    "Joost",    "Kaisa",
    "Karsten",   "Klemen",   "Laszlo",     "Leonor",  "Liesbeth", "Loredana", "Maarten",
    "Magnus",    "Mairead",  "Marguerite", "Matija",  "Milos",    "Nadege",   "Niamh",
    "Odile",     "Ottavio",  "Pavlina",    "Petra",   "Rasmus",   "Reinhold", "Roxana",
    "Saskia",    "Siobhan",  "Stavros",    "Sylvain", "Tadeusz",  "Terhi",    "Thibault",
    "Tullio",    "Urszula",  "Valdis",     "Veerle",  "Violeta",  "Wiebke",   "Xavier",
    "Yannis",    "Zdenka",   "Zofia"};
const uint32_t given_count = sizeof(given_names) / sizeof(given_names[0]);

const char *const family_names[] = {
    "Aalto",      "Achterberg", "Almeida",    "Angelopoulos", "Arvidsson",    "Balint",
    "Bartosz",    "Beaumont",   "Bergkvist",  "Bianchini",    "Bogdanov",     "Brandstetter",
    "Brennan",    "Cabral",     "Carvalho",   "Castellani",   "Chatzis",      "Claessens",
    "Cosgrave",   "Czerny",     "Danielsen",  "Debruyne",     "Delacroix",    "Dobrev",
    "Drescher",   "Duquesne",   "Eklund",     "Engels",       "Espinosa",     "Farrugia",
    "Fiala",      "Fitzgerald", "Fournier",   "Galli",        "Gauthier",     "Gerritsen",
    "Grabowski",  "Grech",      "Haapala",    "Haugen",       "Hegedus",      "Hofmeister",
    "Hrubos",     "Iliescu",    "Jaanus",     "Jacobsen",     "Jimenez",      "Kaczmarek",
    "Kalnins",    "Karlsson",   "Kazlauskas", "Kirchner",     "Konstantinou", "Korhonen",
    "Kralj",      "Lacroix",    "Laurens",    "Lehtinen",     "Lindholm",     "Lombardi",
    "Lorenzen",   "Madureira",  "Maes",       "Marinov",      "Meyvis",       "Mikkelsen",
    "Moldovan",   "Montero",    "Mulcahy",    "Naudts",       "Neumann",      "Nieminen",
    "Novotny",    "Oberlin",    "Olafsen",    "Ortega",       "Paquet",       "Papadakis",
    "Pettersson", "Pilati",     "Popov",      "Quaglia",      "Radulescu",    "Rasmussen",
    "Reinders",   "Ribeiro",    "Rousselet",  "Ruzicka",      "Saar",         "Salinas",
    "Schreiber",  "Segers",     "Simonetti",  "Skoric",       "Stoltenberg",  "Sveinsson",
    "Szekely",    "Tamm",       "Tessier",    "Thorsen",      "Timmermans",   "Tomasevic",
    "Urbonas",    "Vandamme",   "Varga",      "Vassallo",     "Verhulst",     "Villanueva",
    "Vlachos",    "Wachter",    "Wolanski",   "Zahradnik",    "Zanetti",      "Zielinska",
    "Zorzi",      "Zupancic"};
const uint32_t family_count = sizeof(family_names) / sizeof(family_names[0]);
