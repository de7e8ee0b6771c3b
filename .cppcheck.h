/* What cppcheck must know of jansson: its own idea of these loops does not parse. -D will not do,
 * for cppcheck cuts definitions at ';'. */
#define json_array_foreach(a, i, v) for (i = 0; (v = json_array_get(a, i)); i++)
#define json_object_foreach(o, k, v) for (; (v = json_object_get(o, k));)
