/* cues_facts.c - the words by which facts are recognised: years, degrees, languages, pay, places.
 *
 * A word here only makes a fact possible; what must stand around it is decided where the fact is
 * read (facts.c, tongues.c, pay.c, places.c). */
#include "cues.h"
#include "jobmatch/model.h"

#define CODE(a, b) ((uint32_t)(a) << 8 | (uint32_t)(b))
#define CITIZEN(a, b) (CODE(a, b) | CUE_ADJECTIVE)

const struct cue_row jm_fact_cues[] = {
    {CUE_YEARS, 0, "years;year;yrs;yr;jahre;jahren;jahr;ans;années;años;año;jaar;jaren;anni;"
                   "anos;"
        "lat;lata;år;ani;års;rok;roku;letnie;letniego;letnim"},
    {CUE_YEARS, 1, "rok;roku;1 an;un an;ein jahr;einem jahr;einjährige;einjähriger;un año;un anno;um ano;"
        "een jaar;één jaar;ett års;ett år;roczne;rocznego;rocznym"},
    {CUE_YEARS, 2, "zweijährige;zweijähriger;dwuletnie;dwuletniego;tweejarige"},
    {CUE_YEARS, 3, "dreijährige;dreijähriger;trzyletnie;trzyletniego;driejarige"},
    {CUE_YEARS, 5, "fünfjährige;fünfjähriger;pięcioletnie;pięcioletniego;vijfjarige"},
    {CUE_YEARS, 1, "1yr;1yrs;1year;1years"},
    {CUE_YEARS, 2, "2yr;2yrs;2year;2years"},
    {CUE_YEARS, 3, "3yr;3yrs;3year;3years"},
    {CUE_YEARS, 4, "4yr;4yrs;4year;4years"},
    {CUE_YEARS, 5, "5yr;5yrs;5year;5years"},
    {CUE_YEARS, 6, "6yr;6yrs;6year;6years"},
    {CUE_YEARS, 7, "7yr;7yrs;7year;7years"},
    {CUE_YEARS, 8, "8yr;8yrs;8year;8years"},
    {CUE_YEARS, 10, "10yr;10yrs;10year;10years"},
    {CUE_EXPERIENCE, 0, "experience;experienced;exp;track record;professional background;"
        "pqe;berufspraxis;praxiserfahrung;praktijkervaring;yrkeserfarenhet;arbetslivserfarenhet;"
        "stażu;staż pracy;staż zawodowy;trayectoria;vechime;"
        "background;"
        "berufserfahrung;erfahrung;expérience;experiencia;ervaring;werkervaring;esperienza;"
        "experiência;doświadczenie;doświadczenia;doświadczeniem;erfarenhet;experiență;"
        "experienta"},
    {CUE_SENIORITY, JM_INTERN, "intern;internship;trainee;apprentice;werkstudent;praktikant;"
        "praktikantin;praktikum;stagiaire;stage;becario;prácticas;tirocinio;estágio;stażysta;"
        "praktik;"
        "working student;azubi;auszubildende;auszubildender;praktykant;praktykantka;stażystka;"
        "estagiário;estagiária;tirocinante;stagista"},
    {CUE_SENIORITY, JM_JUNIOR, "junior;jr;entry level;graduate;new grad;berufseinsteiger;"
        "débutant;débutante;júnior;młodszy;młodsza;neolaureato;absolwent;nyexaminerad"},
    {CUE_SENIORITY, JM_MID, "mid level;mid;intermediate;middle;mid senior"},
    {CUE_SENIORITY, JM_SENIOR, "senior;sr;experienced;sénior;starszy;starsza;erfahrener;erfahrene;"
        "confirmé"},
    {CUE_SENIORITY, JM_LEAD, "lead;principal;staff engineer;staff software engineer;team lead;"
        "tech lead;"
        "technical lead;teamleiter;teamleiterin;leitender;leitende;responsable;supervisor;"
        "team leader;head chef;head waiter;head waitress;head nurse;head gardener;head baker;head barista;"
        "head housekeeper;head receptionist;head teacher;head coach;head brewer;responsabile;kierownik;kierowniczka;teamledare;gruppledare;"
        "chef d'équipe;teamlead;capo reparto;encarregado"},
    {CUE_SENIORITY, JM_DIRECTOR, "director;head of;vice president;vp;direktor;directeur;leiter;"
        "leitung;"
        "direttore;direttrice;diretor;diretora;directrice;dyrektor;svp;evp"},
    {CUE_SENIORITY, JM_EXECUTIVE, "cto;ceo;cfo;coo;cio;ciso;cmo;chro;chief executive officer;"
        "chief technology officer;chief financial officer;chief operating officer;"
        "managing director;"
        "chief information officer;geschäftsführer;geschäftsführerin;president"},
    {CUE_DEGREE, JM_HIGH_SCHOOL, "ensino médio;ensino médio completo;leaving certificate;leaving cert;hs diploma;high school diploma;high school;ged;secondary school;a levels;"
        "gcse;"
        "diploma alberghiero;diploma di perito;perito industriale;diploma tecnico;"
        "diploma de bacalaureat;bacalaureat;"
        "abitur;baccalauréat;bachillerato;diploma di maturità;diploma di scuola superiore;"
        "wykształcenie średnie;matura;ensino secundário;12º ano;12.º ano;gymnasieutbildning;"
        "wykształcenie min. średnie;wykształcenie minimum średnie;wykształcenie co najmniej średnie;"
        "wykształcenia średniego;"
        "gymnasieexamen;studii medii;liceu"},
    {CUE_DEGREE, JM_VOCATIONAL, "vocational training;apprenticeship;trade school;nvq;btec;"
        "ausbildung;"
        "kaufmännische ausbildung;abgeschlossene kaufmännische ausbildung;"
        "abgeschlossene ausbildung;berufsausbildung;abgeschlossene berufsausbildung;mbo;abgeschlossene lehre;abgeschlossener lehre;"
        "lehrabschluss;lehrabschlussprüfung;kochlehre;abgeschlossene kochlehre;efz;"
        "abgeschlossene fachausbildung;cap;bep;"
        "vocational qualification;journeyman;formación profesional;grado medio;"
        "wykształcenie zawodowe;yrkesutbildning;școală profesională;qualifica professionale"},
    {CUE_DEGREE, JM_ASSOCIATE, "associate's in;associates in;associate's;a.a.s;aas;"
        "adn;associate degree;associate's degree;associates degree;"
        "foundation degree;national diploma;n.dip;"
        "cfgs;bts;dut;hnd;bac+2;grado superior;ciclo formativo de grado superior;"
        "yh-utbildning;yh-examen;yrkeshögskoleutbildning;yrkeshögskola;"
        "licencjat inżynierski"},
    {CUE_DEGREE, JM_BACHELOR, "diplomatura;grado o diplomatura;degree or diploma;degree or equivalent;university degree;b.ed;bsn;b.s.n;bfa;b.f.a;bsw;llb;ll.b;b.arch;"
        "bachelor;bmus;b.mus;b mus;bachelors;bachelor degree;bachelor's degree;bsc;b.sc;"
        "ba degree;"
        "bs degree;ba/bs;bs/ba;bs/ms;bs or ms;bs and ms;bs or ba;ba or bs;ba or ma;bs or phd;b.s or m.s;bs ms;b.s;b.a;bs in;ba in;b.eng;bachelor of;bachelors of;btech;"
        "b.tech;undergraduate degree;"
        "baccalaureate degree;"
        "baccalaureate;university degree;college degree;4 year degree;four year degree;degree in;"
        "hochschulabschluss;abgeschlossenes studium;hochschulstudium;licence en;grado en;laurea;"
        "licenciatura;kandidatexamen;hons;b.e;beng;b.com;bba;bac+3;bac+4;laurea triennale;hbo;"
        "licență;licență în;diplomă de licență;"
        "wykształcenie wyższe;wykształcenia wyższego;licencjat;studii superioare;"
        "ensino superior;"
        "akademisk examen;akademisk utbildning;högskoleingenjör;högskoleingenjörsexamen;"
        "högskoleutbildning;högskoleexamen;universitetsexamen;grado universitario;licenciado en;"
        "titulación universitaria"},
    {CUE_DEGREE, JM_MASTER, "m.ed;mpharm;mph;mres;mphil;m.phil;mfa;m.f.a;msw;ll.m;llm in law;llm in international;llb/llm;msn;m.arch;mpa;"
        "msci;master;dipl;"
        "master's degree;masters degree;master degree;msc;m.sc;mba;m.s;m.a;"
        "ms degree;"
        "ms in;ma in;master of science;master of arts;masters in;master's in;graduate degree;"
        "diplom;diplom-informatiker;diplôme d'ingénieur;bac+5;máster;laurea magistrale;mestrado;"
        "master 2;laurea specialistica;civilingenjör;wykształcenie wyższe magisterskie;"
        "masterexamen;studii de master;"
        "wo opleiding;wo diploma;wo niveau;wo werk en denkniveau;wo master;wo studie;civilingenjörsexamen;"
        "magister;meng;mtech;m.tech;m.eng;master of;masters of;master in;postgraduate degree;"
        "advanced degree"},
    {CUE_DEGREE, JM_DOCTORATE, "pharmd;pharm.d;ed.d;edd;dnp;dds;mbbs;bds;dvm;psy.d;psyd;"
        "phd;ph.d;doctorate;doctoral degree;dphil;promotion in;doctorat;"
        "doctorado;"
        "doktorat;md;j.d;juris doctor"},
    {CUE_OR_EXPERIENCE, 0, "or equivalent experience;or equivalent;or related experience;"
        "or equivalent work experience;"
        "or equivalent practical experience;or equivalent combination;or relevant experience;"
        "or comparable experience;or vergleichbare;oder vergleichbare;"
        "oder vergleichbare qualifikation;"
        "oder gleichwertige;ou équivalent;o equivalente;of vergelijkbaar;o esperienza "
        "equivalente"},
    {CUE_WORKPLACE, JM_REMOTE, "remote;fully remote;remotely;work from home;home based;wfh;im "
                               "homeoffice;100% homeoffice;reines homeoffice;full remote;"
        "telecommute;"
        "telecommuting;100% remote;remote work;remote only;work from anywhere;telework;remote ok;"
        "télétravail complet;100% télétravail;full télétravail;teletrabajo;remoto;"
        "praca zdalna;"
        "pracy zdalnej;pracę zdalną;zdalnie;zdalna;tryb zdalny;distansarbete;på distans;"
        "thuiswerk;"
        "da remoto;full remote;teletrabalho;trabalho remoto;de la distanță;telemuncă;"
        "lucru de acasă;vollständig remote;en remoto"},
    {CUE_WORKPLACE, JM_HYBRID, "hybrid;the rest from home;rest from home;the rest at home;the rest remote;hybrid working;hybrid work;days in the office;days in office;"
        "days per week in the office;"
        "days a week in the office;days a week in our office;days in our office;days on site;"
        "days onsite;days a week onsite;days per week onsite;days in-office;partly remotely;partially remotely;"
        "days a week on site;days a week from home;days per week from home;days from home;"
        "telework eligible;telework eligibility;days at home;days a week at home;days a week remote;partly remote;partially remote;teilweise homeoffice;"
        "hybrides arbeiten;tage homeoffice;homeoffice möglich;homeoffice-möglichkeit;"
        "mobiles arbeiten;teilweise remote;jours de télétravail;télétravail possible;"
        "jours par semaine en télétravail;télétravail deux jours;télétravail 2 jours;"
        "télétravail 3j;télétravail 2j;télétravail 3 jours;télétravail 1 jour;"
        "hybrydowo;hybrydowa;hybrydowy;praca hybrydowa;hibrid;hybridarbete;hybridlösning;"
        "dni home office;dni pracy zdalnej;dagen thuiswerken;dag thuiswerken;thuiswerken mogelijk;"
        "homeoffice nach einarbeitung;homeoffice nach absprache;möglichkeit zum homeoffice;"
        "möglichkeit zu homeoffice;möglichkeit für home office;home office möglich;"
        "smart working;modalità ibrida;regime híbrido;modelo híbrido;híbrida;deels thuis;"
        "hybride werken;gedeeltelijk thuiswerken;"
        "télétravail partiel;híbrido;ibrido;hybride"},
    {CUE_WORKPLACE, JM_ONSITE, "on site;onsite;on-site only;in office;office based;in person;"
        "work from office;wfo;vor ort;"
        "sur site;presencial;op locatie;in sede;in presenza;stacjonarnie;praca stacjonarna;"
        "på plats;på kontoret;la birou;la sediu;présentiel;en présentiel;op kantoor"},
    {CUE_NOT_REMOTE, 0, "no remote;not remote;remote not possible;not a remote position;"
        "not a remote role;"
        "remote is not possible;remote work is not possible;no remote work;"
        "remote work not available;"
        "kein homeoffice;pas de télétravail;no wfh;no telecommute;no telecommuting;"
        "no telecommuters;no work from home;no working from home;no remote working"},
    {CUE_EMPLOYMENT, JM_FULL_TIME, "full and part time;full or part time;full/part time;voll- oder teilzeit;voll- und teilzeit;voll- oder in teilzeit;full time;fulltime;full-time position;vollzeit;temps plein;"
        "tiempo completo;jornada completa;voltijd;fulltime;tempo pieno;tempo integral;pełny etat;"
        "pełen etat;pełnym etacie;pełny wymiar;pełen wymiar;pełnym wymiarze;pełnego etatu;"
        "tempo inteiro;período integral;normă întreagă;norma întreagă;"
        "temps complet;heltidstjänst;heltid"},
    {CUE_EMPLOYMENT, JM_PART_TIME, "part time;fte;parttime;teilzeit;minijob;minijob-basis;geringfügige beschäftigung;temps partiel;tiempo parcial;"
        "media jornada;"
        "deeltijd;tempo parziale;meio período;część etatu;deltid;"
        "pół etatu;1/2 etatu;niepełny etat;niepełny wymiar;tempo parcial;jumătate de normă;"
        "jornada parcial;halbtags;mi-temps;deltidstjänst"},
    {CUE_EMPLOYMENT, JM_CONTRACT, "inside ir35;outside ir35;contract position;contract role;contractor;freelance;freelancer;"
        "contract to hire;corp to corp;c2c;1099;independent contractor;freiberuflich;freiberufler;"
        "indépendant;autónomo;zzp;b2b contract;contract basis;month contract;month initial contract;initial contract"},
    {CUE_EMPLOYMENT, JM_TEMPORARY, "ftc;temporary;temporary position;fixed term;fixed term contract;"
        "temp-to-hire;temp to hire;temp-to-perm;temp role;temp job;temp position;temp to perm;temp work;temping;befristete;befristeter;"
        "zeitlich befristet;determinato;umowa na czas określony;umowa na zastępstwo;zastępstwo;interimcontract;uitzendcontract;czas określony;tidsbegränsad;"
        "visstid;tijdelijke aanstelling;tijdelijk contract;visstidsanställning;vikariat;jaarcontract;semestervikariat;sommarvikariat;"
        "föräldravikariat;perioadă determinată;termo certo;a termo;"
        "contrato temporal;contrato a termo;saisonnier;de temporada;stagionale;"
        "maternity cover;seasonal;befristet;cdd;temporal;tijdelijk;tempo determinato;temporário;"
        "intérim"},
    {CUE_EMPLOYMENT, JM_INTERNSHIP, "internship;intern position;praktikum;stage de fin d'études;"
        "prácticas;"
        "tirocinio;estágio;staż;praktikplats"},
    {CUE_EMPLOYMENT, JM_APPRENTICESHIP, "apprenticeship;ausbildungsplatz;alternance;apprentissage;"
        "lehrstelle"},
    {CUE_EMPLOYMENT, JM_VOLUNTEER, "volunteer position;voluntary role;ehrenamt;bénévolat"},
    {CUE_EMPLOYMENT, JM_PER_DIEM, "per diem;prn"},
    {CUE_TONGUE, CODE('E', 'N'), "english;englisch;englischkenntnisse;englische;anglais;inglés;"
        "engels;"
        "inglese;inglês;angielski;angielskiego;engelska;engleză;engleza;limba engleză"},
    {CUE_TONGUE, CODE('D', 'E'), "german;deutsch;deutschkenntnisse;allemand;alemán;duits;tedesco;"
        "alemão;"
        "niemiecki;niemieckiego;tyska;germană"},
    {CUE_TONGUE, CODE('F', 'R'), "french;französisch;französischkenntnisse;français;francés;"
        "frans;francese;"
        "francês;francuski;franska;franceză"},
    {CUE_TONGUE, CODE('E', 'S'), "spanish;spanisch;espagnol;español;castellano;spaans;spagnolo;"
        "espanhol;"
        "hiszpański;spanska;spaniolă"},
    {CUE_TONGUE, CODE('I', 'T'), "italian;italienisch;italien;italiano;italiaans;włoski;"
        "italienska"},
    {CUE_TONGUE, CODE('N', 'L'), "dutch;niederländisch;néerlandais;neerlandés;nederlands;"
        "nederlandse taal;"
        "olandese;holandês;niderlandzki;nederländska"},
    {CUE_TONGUE, CODE('P', 'T'), "portuguese;portugiesisch;portugais;portugués;portugees;"
        "portoghese;português"},
    {CUE_TONGUE, CODE('P', 'L'), "polish;polish language;polish speaking;polnisch;polonais;polaco;"
                                 "pools;"
        "polski;polskiego;"
        "fluent polish;native polish"},
    {CUE_TONGUE, CODE('S', 'V'), "swedish;schwedisch;suédois;sueco;zweeds;svedese;szwedzki;"
        "svenska"},
    {CUE_TONGUE, CODE('D', 'A'), "danish;dänisch;danois;danés;deens;danska;dansk"},
    {CUE_TONGUE, CODE('N', 'O'), "norwegian;norwegisch;norvégien;noruego;noors;norska;norsk"},
    {CUE_TONGUE, CODE('F', 'I'), "finnish;finnisch;finnois;finés;fins;finska"},
    {CUE_TONGUE, CODE('R', 'O'), "romanian;rumänisch;roumain;rumano;română;limba română"},
    {CUE_TONGUE, CODE('C', 'S'), "czech;tschechisch;tchèque;checo;tsjechisch;ceco;czeski"},
    {CUE_TONGUE, CODE('H', 'U'), "hungarian;ungarisch;hongrois;húngaro;hongaars"},
    {CUE_TONGUE, CODE('R', 'U'), "russian;russisch;russe;ruso;rosyjski;ryska;rusă"},
    {CUE_TONGUE, CODE('U', 'K'), "ukrainian;ukrainisch;ukrainien;ucraniano;ukraiński"},
    {CUE_TONGUE, CODE('T', 'R'), "turkish;türkisch;turc;turco;turks"},
    {CUE_TONGUE, CODE('A', 'R'), "arabic;arabisch;arabe;árabe;arabo"},
    {CUE_TONGUE, CODE('Z', 'H'), "chinese;mandarin;cantonese;chinesisch;chinois;chino;chinees;"
        "cinese"},
    {CUE_TONGUE, CODE('J', 'A'), "japanese;japanisch;japonais;japonés;japans;giapponese"},
    {CUE_TONGUE, CODE('K', 'O'), "korean;koreanisch;coréen;coreano;koreaans"},
    {CUE_TONGUE, CODE('H', 'I'), "hindi"}, {CUE_TONGUE, CODE('U', 'R'), "urdu"},
    {CUE_TONGUE, CODE('B', 'N'), "bengali"}, {CUE_TONGUE, CODE('P', 'A'), "punjabi"},
    {CUE_TONGUE, CODE('E', 'L'), "greek;griechisch;grec;griego;grieks"},
    {CUE_TONGUE, CODE('H', 'E'), "hebrew;hebräisch;hébreu"},
    {CUE_TONGUE, CODE('B', 'G'), "bulgarian;bulgarisch;bulgare"},
    {CUE_TONGUE, CODE('H', 'R'), "croatian;kroatisch"}, {CUE_TONGUE, CODE('S', 'R'), "serbian;"
        "serbisch"},
    {CUE_TONGUE, CODE('S', 'K'), "slovak;slowakisch"}, {CUE_TONGUE, CODE('V', 'I'), "vietnamese"},
    {CUE_TONGUE, CODE('A', 'F'), "afrikaans"}, {CUE_TONGUE, CODE('Z', 'U'), "zulu;isizulu"},
    {CUE_TONGUE, CODE('X', 'H'), "xhosa;isixhosa"}, {CUE_TONGUE, CODE('T', 'N'), "setswana"},
    {CUE_TONGUE, CODE('T', 'W'), "twi"}, {CUE_TONGUE, CODE('Y', 'O'), "yoruba"},
    {CUE_TONGUE, CODE('H', 'A'), "hausa"}, {CUE_TONGUE, CODE('A', 'M'), "amharic"},
    {CUE_TONGUE, CODE('M', 'L'), "malayalam"}, {CUE_TONGUE, CODE('T', 'A'), "tamil"},
    {CUE_TONGUE, CODE('T', 'E'), "telugu"}, {CUE_TONGUE, CODE('M', 'R'), "marathi"},
    {CUE_TONGUE, CODE('G', 'U'), "gujarati"}, {CUE_TONGUE, CODE('K', 'N'), "kannada"},
    {CUE_TONGUE, CODE('F', 'A'), "farsi;persian;persisch;persan;persiska"}, {CUE_TONGUE, CODE('S', 'W'), "swahili"},
    {CUE_TONGUE, CODE('C', 'A'), "catalan;catalán;català;katalanisch"},
    {CUE_TONGUE, CODE('E', 'U'), "euskera;basque"}, {CUE_TONGUE, CODE('L', 'T'), "lithuanian;litauisch"},
    {CUE_TONGUE, CODE('L', 'V'), "latvian;lettisch"}, {CUE_TONGUE, CODE('E', 'T'), "estonian;estnisch"},
    {CUE_TONGUE, CODE('S', 'L'), "slovenian;slowenisch;sloveno"},
    {CUE_TONGUE, CODE('S', 'Q'), "albanian;albanisch;albanese"}, {CUE_TONGUE, CODE('S', 'O'), "somali"},
    {CUE_TONGUE, CODE('C', 'Y'), "welsh"}, {CUE_TONGUE, CODE('G', 'A'), "gaeilge"},
    {CUE_TONGUE, CODE('I', 'S'), "icelandic;isländska"}, {CUE_TONGUE, CODE('T', 'I'), "tigrinya"},
    {CUE_TONGUE, CODE('T', 'H'), "thai language;"
        "fluent thai"}, {CUE_TONGUE, CODE('T', 'L'), "tagalog"},
    {CUE_TONGUE, CODE('E', 'N'), "angielskim;angielską"},
    {CUE_TONGUE, CODE('D', 'E'), "niemieckim;germana;limba germană"},
    {CUE_TONGUE, CODE('F', 'R'), "francuskiego;francuskim;francuză;franceza;limba franceză"},
    {CUE_TONGUE, CODE('E', 'S'), "hiszpańskiego;hiszpańskim;spaniola;limba spaniolă"},
    {CUE_TONGUE, CODE('I', 'T'), "włoskiego;włoskim;italiană;limba italiană"},
    {CUE_TONGUE, CODE('N', 'L'), "niderlandzkiego;holenderski;holenderskiego;olandeză;limba olandeză;neerlandese;holländska;holländisch;hollandais;holandés"},
    {CUE_TONGUE, CODE('P', 'T'), "portugalski;portugalskiego;portugisiska;portugheză"},
    {CUE_TONGUE, CODE('P', 'L'), "polskim;polonês;polacco;poloneză"},
    {CUE_TONGUE, CODE('S', 'V'), "szwedzkiego;suedeză"},
    {CUE_TONGUE, CODE('D', 'A'), "duński;danese;dinamarquês;daneză"},
    {CUE_TONGUE, CODE('N', 'O'), "norweski;norvegese;norueguês;norvegiană"},
    {CUE_TONGUE, CODE('F', 'I'), "fiński;finlandese;finlandês;finlandeză"},
    {CUE_TONGUE, CODE('R', 'O'), "rumeno;rumuński;roemeens;rumänska"},
    {CUE_TONGUE, CODE('C', 'S'), "czeskiego;tjeckiska;cehă"},
    {CUE_TONGUE, CODE('H', 'U'), "ungherese;węgierski;ungerska;maghiară"},
    {CUE_TONGUE, CODE('R', 'U'), "rosyjskiego;rosyjskim;russisk"},
    {CUE_TONGUE, CODE('U', 'K'), "ucraino;ukraińskiego;ukrainska;ucraineană;oekraïens"},
    {CUE_TONGUE, CODE('T', 'R'), "turecki;turkiska;turcă"},
    {CUE_TONGUE, CODE('A', 'R'), "arabski;arabiska;arabă"},
    {CUE_TONGUE, CODE('Z', 'H'), "mandarino;chinês;chiński;kinesiska;chineză;mandarín"},
    {CUE_TONGUE, CODE('J', 'A'), "japonês;japoński;japanska;japoneză"},
    {CUE_TONGUE, CODE('K', 'O'), "koreański;koreanska;coreeană"},
    {CUE_TONGUE, CODE('E', 'L'), "grecki;grekiska;greacă"},
    {CUE_TONGUE, CODE('H', 'E'), "ebraico;hebraico;hebrajski;hebreiska;ebraică;hebreo"},
    {CUE_TONGUE, CODE('B', 'G'), "bulgaro;búlgaro;bułgarski;bulgariska;bulgară;bulgaars"},
    {CUE_TONGUE, CODE('H', 'R'), "croato;chorwacki;kroatiska;croată;croate"},
    {CUE_TONGUE, CODE('S', 'R'), "serbski;serbiska;sârbă;serbe;servisch"},
    {CUE_TONGUE, CODE('S', 'K'), "slovacco;eslovaco;słowacki;slovakiska;slovacă;slovaque;slowaaks"},
    {CUE_TONGUE, CODE('R', 'O'), "romeno;roumaine"},
    {CUE_CEFR, JM_A1, "a1"}, {CUE_CEFR, JM_A2, "a2;elementare;elementar;elemental;élémentaire;scolaire;niveau scolaire;basic;grundkenntnisse;elementary;notions;"
        "básico;beginner;a little;some;basis;learner;rusty;to gcse level;to gcse standard;"
        "gcse level;podstawowy;podstawowa;podstawowym;basiskennis;scolastico;"
        "grundläggande;începător;básica"},
    {CUE_CEFR, JM_B1, "b1;limited working;redelijk;redelijke;conversational;intermediate;limited working proficiency;intermedio;medio;"
        "intermédio;komunikatywny;komunikatywna;komunikatywnym;mediu;conversațional;discreto;"
        "discreta"},
    {CUE_CEFR, JM_B2, "b2;professional working;good;gute;sicheres;sichere;sicheren;very good;working proficiency;upper intermediate;gut;sehr gut;"
        "to a level standard;to degree level;professional working proficiency;bon niveau;goede;sehr gute;proficient;strong;solid;"
        "buono;buona;bom;boa;bons;dobry;dobra;dobrym;god;goda;bine;bun;bună;alto;nivel alto;"
        "goed;ottimo;ottima;"
        "bonne"},
    {CUE_CEFR, JM_C1, "c1;full professional;fluent;fluency;fluently;fließend;fliessend;verhandlungssicher;"
        "verhandlungssichere;"
        "business fluent;fluência;fluência em;full professional proficiency;courant;couramment;fluido;vloeiend;"
        "fluente;biegle;"
        "biegła;biegły;biegłym;flytande;fluent level;advanced;excellent;perfect;fließende;"
        "obehindrat;biegłą znajomość;fluency in;avansat;avançado;avanzado;avanzada;courante;mycket god;mycket goda;"
        "uitstekend;uitstekende;fluída"},
    {CUE_CEFR, JM_C2, "c2;near native;bilingual;bilingue;bilingüe;tweetalig"},
    {CUE_CEFR, JM_NATIVE, "native;native or bilingual;first language;lingua madre;materna;muttersprachniveau;auf muttersprachniveau;muttersprachlich;maternă;native speaker;native level;mother tongue;muttersprache;"
        "muttersprachler;"
        "langue maternelle;nativo;lengua materna;moedertaal;madrelingua;língua materna;ojczysty;"
        "modersmål;nativa;nativ;limbă maternă;língua nativa;maternelle;nativo/a"},
    {CUE_LANG_CONTEXT, 0, "language;languages;language skills;spoken;written;oral;verbal;"
        "speaking;speaker;"
        "speak;speaks;communicate in;communication in;in word and writing;sprache;sprachen;"
        "sprachkenntnisse;in wort und schrift;kenntnisse;langue;langues;parlé;écrit;idiomas;"
        "idioma;"
        "hablado;taal;talen;lingua;lingue;língua;języka;język;språk;i tal och skrift;limbi;"
        "command of;conoscenza;connaissance;maîtrise;conocimiento;conocimientos;conhecimento;"
        "conhecimentos;znajomość;znajomością;kunskaper;kunskap;cunoașterea;cunoștințe;cunoscător;"
        "beheersing;kennis;dominio;domínio;nivel;nível;livello;niveau;poziom;nivå;"
        "write clearly;write well;läsa och skriva;uttrycker dig väl på;uttrycka dig väl på;"
        "knowledge of;proficiency in;level of;skills;read and write;schrift"},
    {CUE_COUNTRY, CODE('U', 'S'), "us;usa;united states;u.s;u.s.a;united states of america;"
        "america"},
    {CUE_COUNTRY, CODE('G', 'B'), "uk;united kingdom;u.k;great britain;england"},
    {CUE_COUNTRY, CODE('C', 'A'), "canada"}, {CUE_COUNTRY, CODE('D', 'E'), "germany;deutschland;"
        "allemagne;alemania;germania;alemanha;niemcy;tyskland;deutschlands"},
    {CUE_COUNTRY, CODE('F', 'R'), "france;frankreich"}, {CUE_COUNTRY, CODE('E', 'S'), "spain;"
        "españa;spanien"},
    {CUE_COUNTRY, CODE('I', 'T'), "italy;italia;"
        "italien"}, {CUE_COUNTRY, CODE('N', 'L'), "netherlands;the netherlands;nederland;holland"},
    {CUE_COUNTRY, CODE('B', 'E'), "belgium;belgië;"
        "belgique"}, {CUE_COUNTRY, CODE('P', 'T'), "portugal"},
    {CUE_COUNTRY, CODE('P', 'L'), "poland;polska;polen;polonia;polónia;pologne;"
        "polsce;polski"}, {CUE_COUNTRY, CODE('S', 'E'), "sweden;"
        "sverige;schweden;zweden;szwecja"},
    {CUE_COUNTRY, CODE('N', 'O'), "norway;norge;"
        "norwegen"}, {CUE_COUNTRY, CODE('D', 'K'), "denmark;danmark;dänemark"},
    {CUE_COUNTRY, CODE('F', 'I'), "finland;finnland"}, {CUE_COUNTRY, CODE('I', 'E'), "ireland;"
        "irland"},
    {CUE_COUNTRY, CODE('A', 'T'), "austria;"
        "österreich;österreichs;oostenrijk"}, {CUE_COUNTRY, CODE('C', 'H'), "switzerland;schweiz;suisse"},
    {CUE_COUNTRY, CODE('R', 'O'), "romania;"
        "românia"}, {CUE_COUNTRY, CODE('C', 'Z'), "czech republic;czechia"},
    {CUE_COUNTRY, CODE('A', 'U'), "australia"}, {CUE_COUNTRY, CODE('N', 'Z'), "new zealand;nz"},
    {CUE_COUNTRY, CODE('I', 'N'), "india"}, {CUE_COUNTRY, CODE('B', 'R'), "brazil;brasil"},
    {CUE_COUNTRY, CODE('M', 'X'), "mexico;méxico"}, {CUE_COUNTRY, CODE('S', 'G'), "singapore"},
    {CUE_COUNTRY, CODE('Z', 'A'), "south africa"}, {CUE_COUNTRY, CODE('K', 'E'), "kenya"},
    {CUE_COUNTRY, CODE('N', 'G'), "nigeria"}, {CUE_COUNTRY, CODE('P', 'H'), "philippines"},
    {CUE_COUNTRY, CODE('A', 'E'), "united arab emirates;uae"}, {CUE_COUNTRY, CODE('J', 'P'), "japan"},
    {CUE_COUNTRY, CITIZEN('A', 'U'), "australian"}, {CUE_COUNTRY, CITIZEN('Z', 'A'), "south african"},
    {CUE_COUNTRY, CITIZEN('I', 'E'), "irish"}, {CUE_COUNTRY, CITIZEN('G', 'B'), "british"},
    {CUE_COUNTRY, CITIZEN('C', 'A'), "canadian"}, {CUE_COUNTRY, CITIZEN('I', 'N'), "indian"},
    {CUE_COUNTRY, CITIZEN('U', 'S'), "american"},
    {CUE_COUNTRY, REGION_EU, "eu;european union;e.u"}, {CUE_COUNTRY, REGION_EEA, "eea"},
    {CUE_COUNTRY, REGION_EUROPE, "europe;europa"}, {CUE_COUNTRY, REGION_DACH, "dach"},
    {CUE_COUNTRY, REGION_NORTH_AMERICA, "north america"}, {CUE_COUNTRY, REGION_BENELUX, "benelux"},
    {CUE_COUNTRY, REGION_NORDICS, "nordics;nordic countries"},
    {CUE_ONLY, 0, "only;based;residents only;citizens only;residents;based only;timezones only"},
    {CUE_ELIGIBLE, 0, "must be based in;must be located in;must live in;must reside in;must be in;"
        "you are based in;authorized to work in;authorised to work in;eligible to work in;"
        "entitlement to work in;entitled to work in;right to work in;legally authorized to work in;work authorization in;work permit for;"
        "work permit in;permission to work in;residing in;remote within;remote in;remote from;"
        "anywhere in;remote from anywhere in;only accept candidates from;only hire in;"
        "located within;"
        "arbeitserlaubnis für;wohnsitz in;permis de travail en;permiso de trabajo en;remote "
        "across;"
        "remote innerhalb;homeoffice innerhalb;zdalną na terenie;zdalna na terenie;zdalnie na terenie;"
        "zdalnej na terenie;zdalnie z terenu;på distans inom;remote binnen;"
        "candidates based in;applicants based in;candidates from"},
    {CUE_PAY, 0, "salary;salary range;pay range;pay;comp;compensation;compensation range;base salary;"
        "base pay;"
        "wage;hourly rate;day rate;rate;rate of pay;hourly wage;annual salary;starting salary;"
        "remuneration;"
        "gehalt;jahresgehalt;bruttojahresgehalt;stundenlohn;vergütung;salaire;rémunération;"
        "salario;"
        "sueldo;salaris;bruto per maand;stipendio;retribuzione;ral;salário;remuneração;"
        "wynagrodzenie;"
        "lön;månadslön;timlön;salariu;salariul;venit;stawka;pensja;zarobki;paga;vencimento;"
        "ordenado;"
        "salário base;sueldo base;salario base;fijo;fijo de;fixe;salaire fixe;fixum;fixgehalt;"
        "jahresbruttogehalt;jahresbrutto;bruttojahreslohn;jahreslohn;bruttomonatsgehalt;"
        "monatsbruttogehalt;einstiegsgehalt;gehaltsspanne;entgelt;"
        "grundgehalt;monatsgehalt;bruttogehalt;monatslohn;lohn;taux horaire;uurloon;"
        "maandsalaris;starting rate;package;ote;proposed salary range;paying;earn;earning;"
        "per annum;ctc;lpa;"
        "rates"},
    {CUE_NOT_PAY, 0, "revenue;revenues;funding;raised;valuation;turnover;arr;mrr;bonus;"
        "sign on bonus;"
        "signing bonus;referral bonus;budget;assets under management;aum;sales of;in sales;"
        "portfolio;"
        "investment;donation;grant;grants;fee;fees;prize;worth of;transactions;stipend;allowance;"
        "reimbursement;401k;equity;saved;savings;annual sales;gmv;umsatz;prämie;contract value;"
        "deal;"
        "deals;profit;insurance;coverage;discount;loan;cost;costs;million;billion;mn;bn;sales "
        "target;sales targets;target of;targets of;quota;tuition;scholarship;"
        "relocation;orders;orders worth;invoices;fines;penalty;penalties;rent;lets for;deposit;price;prices"},
    {CUE_PERIOD, JM_HOUR, "je stunde;je std;in der stunde;par heure;l'heure;l'ora;na godz;godz;timme;per hour;hour;hr;hourly;an hour;/h;pro stunde;die stunde;de l'heure;"
        "por hora;per uur;uurloon;stundenlohn;/stunde;/std;pro std;/heure;taux horaire;/hora;/uur;"
        "a la hora;la hora;à hora;all'ora;orari;/ora;ph;p/h;za godzinę;na godzinę;/godz;"
        "per timme;timlön;i timmen;/tim;pe oră;pe ora;/oră"},
    {CUE_PERIOD, JM_DAY, "per day;day;daily;a day;pd;p/d;pro tag;par jour;por día;per dag;"
        "al giorno;day rate;tagessatz"},
    {CUE_PERIOD, JM_WEEK, "per week;week;weekly;a week;pw;pro woche;par semaine;por semana"},
    {CUE_PERIOD, JM_MONTH, "je monat;per month;month;monthly;a month;pm;pcm;pro monat;monatlich;im monat;"
                           "par mois;"
        "mensuel;monatslohn;bruttomonatsgehalt;monatsbruttogehalt;"
        "al mes;mensual;mensuales;per maand;al mese;mensili;mensile;por mês;mensais;mensal;"
        "miesięcznie;na miesiąc;i månaden;per månad;månadslön;/mån;/månad;pe lună;pe luna;/lună;"
        "/luna;/miesiąc;/mies;/mes;/mês;/mese;/maand;/mois;/monat;/month;"
        "lunar;/lună;"
        "/luna;/mois;mensuels;/mes;/maand;maandsalaris;monatsgehalt;/monat;/mese;/mês;/mies"},
    {CUE_PERIOD, JM_YEAR, "je jahr;per year;year;yearly;annually;annual;per annum;p.a;pa;a year;yr;"
        "lpa;pro jahr;im jahr;jährlich;"
        "jahresbruttogehalt;jahresbrutto;bruttojahreslohn;jahreslohn;"
        "jahresgehalt;bruttojahresgehalt;par an;annuel;brut annuel;al año;anual;anuales;per jaar;"
        "all'anno;annui;annuali;por ano;anuais;rocznie;per år;pe an;ral;annuels;/an;/año;/jahr;"
        "brutos anuales;/jaar;l'an;/rok;/year;/yr"},
    {CUE_CURRENCY, 1, "usd;us dollars;dollars"}, {CUE_CURRENCY, 2, "eur;euro;euros;teur"},
    {CUE_CURRENCY, 3, "gbp;pounds;pound sterling"}, {CUE_CURRENCY, 4, "chf;franken"},
    {CUE_CURRENCY, 5, "cad"}, {CUE_CURRENCY, 6, "aud"}, {CUE_CURRENCY, 7, "pln;zł;zl"},
    {CUE_CURRENCY, 8, "sek;kr;kronor;tkr"}, {CUE_CURRENCY, 9, "nok"}, {CUE_CURRENCY, 10, "dkk"},
    {CUE_CURRENCY, 11, "inr;lpa;rs;rupees"}, {CUE_CURRENCY, 12, "ron;lei"}, {CUE_CURRENCY, 13, "czk"},
    {CUE_CURRENCY, 14, "sgd"}, {CUE_CURRENCY, 15, "brl"}, {CUE_CURRENCY, 16, "jpy"},
    {CUE_CURRENCY, 17, "zar;rands"},
    {CUE_PRESENT, 0, "present;pres;current;now;today;onwards;onward;nadal;dato;till date;until now;til date;to date;date;ongoing;heute;jetzt;"
        "aujourd'hui;"
        "présent;actualidad;actual;presente;heden;nu;attuale;oggi;obecnie;atual;prezent;till now;"
        "à ce jour;en cours;la fecha;hoy;hoje;momento;vandaag;teraz;dziś;dzisiaj;aktualnie;"
        "chwili obecnej;nuvarande;pågående;idag;tills vidare;azi;laufend;actuellement;"
        "actualmente;attualmente;atualmente;in corso;em curso;en curso"},
    {CUE_WISH, 0, "doresc;îmi doresc;desidero;vorrei;me gustaría;quisiera;gostaria;chciałbym;chciałabym;"
        "wünsche mir;open to;souhaité;gewünscht;bevorzugt;deseado;looking for;seeking;i am seeking;searching for;i'd like to move into;"
        "i would like to move into;want to move into;like to move into;hoping to move into;"
        "keen to move into;hope to move into;looking to move into;to retrain as;desired workplace;work "
                  "preference;"
        "preferred;desired position;job wanted;position wanted;wanted;i want;only interested in;interested only in;"
        "suche;ich suche;gesucht wird;wunsch;wunscharbeitsort;recherche;je recherche;cherche;"
        "je cherche;souhaite;busco;deseo;en busca de;op zoek naar;ik zoek;zoek;gewenst;cerco;"
        "procuro;szukam;söker;caut"},
    {CUE_PAY_WISH, 0, "stundensatz;tagessatz;tjm;taux journalier;uurtarief;stawka godzinowa;rates;day rate;daily rate;my rate;hourly rate;salary expectation;salary expectations;expected salary;desired salary;"
        "salary requirement;salary requirements;minimum salary;target salary;salary wish;"
        "expected compensation;desired compensation;compensation expectation;desired rate;"
        "expected rate;minimum rate;my rate;asking rate;asking for;expecting;expected pay;"
        "desired pay;expected ctc;"
        "gehaltswunsch;gehaltsvorstellung;gehaltsvorstellungen;wunschgehalt;mindestgehalt;"
        "prétentions;prétentions salariales;prétention salariale;salaire souhaité;"
        "salaire attendu;expectativas salariales;expectativa salarial;pretensiones salariales;"
        "salario deseado;aspiración salarial;gewenst salaris;salarisindicatie;salariswens;"
        "uurtarief;retribuzione desiderata;ral desiderata;ral richiesta;stipendio desiderato;pretensão salarial;pretenții salariale;pretentii salariale;aşteptări salariale;așteptări salariale;oczekiwania finansowe;"
        "löneanspråk;salariu dorit"},
    {CUE_MONTH, 1, "january;jan;januar;janvier;enero;januari;gennaio;janeiro;styczeń;ianuarie;"
        "ene;janv;gen;stycznia;sty;ian"},
    {CUE_MONTH, 2, "february;feb;februar;février;febrero;februari;febbraio;fevereiro;luty;"
        "februarie;"
        "févr;fév;lutego;fev"},
    {CUE_MONTH, 3, "march;mar;märz;mars;marzo;maart;março;marzec;martie;"
        "mrt;marca;mär"},
    {CUE_MONTH, 4, "april;apr;avril;abril;aprile;kwiecień;aprilie;"
        "avr;abr;kwietnia;kwi"},
    {CUE_MONTH, 5, "may;mai;mayo;mei;maggio;maio;maj;"
        "maja"},
    {CUE_MONTH, 6, "june;jun;juni;juin;junio;giugno;junho;czerwiec;iunie;"
        "giu;czerwca;cze;iun"},
    {CUE_MONTH, 7, "july;jul;juli;juillet;julio;luglio;julho;lipiec;iulie;"
        "juil;lug;lipca;lip;iul"},
    {CUE_MONTH, 8, "august;aug;août;agosto;augustus;sierpień;augusti;"
        "sierpnia"},
    {CUE_MONTH, 9, "september;sep;sept;septembre;septiembre;settembre;setembro;wrzesień;"
        "septembrie;"
        "września;wrz"},
    {CUE_MONTH, 10, "october;oct;okt;oktober;octobre;octubre;ottobre;outubro;październik;"
        "octombrie;"
        "ott;października;paź"},
    {CUE_MONTH, 11, "november;nov;novembre;noviembre;novembro;listopad;noiembrie;"
        "listopada;lis;noi"},
    {CUE_MONTH, 12, "december;dec;dez;dezember;décembre;diciembre;dicembre;dezembro;grudzień;"
        "decembrie;"
        "déc;dic;grudnia;gru"},
    /* the Romance languages once more */
    {CUE_SENIORITY, JM_MID, "pleno"},
    {CUE_SENIORITY, JM_SENIOR, "sênior;confirmée;expérimenté;expérimentée"},
    {CUE_SENIORITY, JM_LEAD, "jefe de equipo;jefa de equipo;capo squadra;capo turno;capoturno;"
        "chefe de equipa;chefe de equipe;encargado;encargada;encarregada;șef de echipă;șef echipă;"
        "contabil șef"},
    {CUE_EMPLOYMENT, JM_TEMPORARY, "durée déterminée;contrat à durée déterminée;contrat saisonnier;"
      "saisonnière;contrato eventual;contrato por obra;obra o servicio;obra y servicio;"
      "contrato de sustitución;sostituzione maternità;sostituzione di maternità;contratto stagionale;"
      "prazo determinado;contratação temporária;contrato temporário;contrato a prazo;"
      "durată determinată;sezonier"},
    {CUE_EMPLOYMENT, JM_PART_TIME, "normă parțială;normă întreagă sau parțială;part-time;"
      "jornada reducida"},
    {CUE_EMPLOYMENT, JM_FULL_TIME, "clt;regime clt;jornada laboral completa;zi întreagă"},
    {CUE_EMPLOYMENT, JM_CONTRACT, "pj;partita iva;portage salarial;auto-entrepreneur;recibos verdes"},
    {CUE_WORKPLACE, JM_HYBRID, "jour de télétravail;jour de télétravail par semaine;"
      "télétravail jusqu'à;télétravail occasionnel;días de teletrabajo;día de teletrabajo;"
      "dias de teletrabalho;dia de teletrabalho;giorni di smart working;giorno di smart working;"
      "giorni in smart working;zile de acasă;zi de acasă;muncă hibridă;lucru hibrid;sistem hibrid;"
      "program hibrid;regim hibrid;mod hibrid;dias em casa;teletrabajo parcial;remoto parcial;"
      "semipresencial;lavoro ibrido;modelo misto;formato híbrido;home office parcial;"
      "días de home office;día de home office;dias de home office;home office 1 día;"
      "home office 2 días;home office 3 días;home office 1 dia;home office 2 dias;home office 3 dias;"
      "smart working parziale"},
    {CUE_WORKPLACE, JM_REMOTE, "100% de acasă;smart working al 100%;100% smart working;"
      "full smart working;100% remoto;100% en remoto;teletrabajo 100%;100% teletrabajo;"
      "teletrabajo total;completamente da remoto;totalmente remoto;home office integral;lucru remote;"
      "de acasă 100%;entièrement en télétravail"},
    {CUE_NOT_REMOTE, 0, "sin teletrabajo;no hay teletrabajo;non è previsto lo smart working;"
      "no smart working;sem teletrabalho;nu se poate lucra de acasă;télétravail non possible;"
      "télétravail impossible"},
    {CUE_CEFR, JM_B1, "intermediário;intermediária;nivel medio;médio"},
    {CUE_CEFR, JM_A2, "cunoștințe de bază;connaissances de base;conoscenza base;conoscenza di base;"
      "conoscenze di base;conocimientos básicos;conhecimentos básicos;conhecimento básico;noções;"
      "noções básicas;nociones;nociones básicas;nozioni;noțiuni;noțiuni de bază"},
    {CUE_TONGUE, CODE('E', 'N'), "langue anglaise;lengua inglesa;língua inglesa"},
    {CUE_TONGUE, CODE('F', 'R'), "langue française;lingua francese;lengua francesa;língua francesa"},
    {CUE_TONGUE, CODE('D', 'E'), "langue allemande;lingua tedesca;lengua alemana;língua alemã"},
    {CUE_TONGUE, CODE('N', 'L'), "langue néerlandaise"},
    {CUE_TONGUE, CODE('E', 'S'), "langue espagnole;lingua spagnola;lengua española;língua espanhola;"
      "castelhano"},
    {CUE_TONGUE, CODE('I', 'T'), "langue italienne;lingua italiana;lengua italiana;língua italiana"},
    {CUE_TONGUE, CODE('P', 'T'), "langue portugaise;lingua portoghese;lengua portuguesa;"
      "língua portuguesa"},
    {CUE_TONGUE, CODE('C', 'A'), "valenciano;valencià"},
    {CUE_TONGUE, CODE('G', 'L'), "gallego;galego"},
    {CUE_YEARS, 0, "anno;ano"},
    {CUE_DEGREE, JM_HIGH_SCHOOL, "bachiller;preparatoria terminada;bachillerato concluido;"
      "diploma di ragioneria;diploma di ragioniere;diploma di geometra;diploma superiore;"
      "diploma di scuola media superiore;maturità;studii liceale;diplôme d'études secondaires"},
    {CUE_DEGREE, JM_VOCATIONAL, "bac pro;bac professionnel;brevet professionnel;titre professionnel;"
      "cqp;cfc;dep;diplôme d'études professionnelles;certificado de profesionalidad;ciclo formativo;"
      "ciclo formativo de grado medio;fp grado medio;carrera técnica;curso técnico;ensino técnico;"
      "técnico completo;curso profissional;postliceală;postliceale;școala profesională;"
      "studii profesionale"},
    {CUE_DEGREE, JM_ASSOCIATE, "fp de grado superior;fp grado superior;técnico superior;tecnólogo;"
      "diplôme d'études collégiales"},
    {CUE_DEGREE, JM_BACHELOR, "bachelier;diplôme de bachelier;bachelier en;graduat;"
      "baccalauréat universitaire;baccalauréat en;licence professionnelle;licenciada en;"
      "licenciada o graduada;licenciado o graduado;graduado en;graduada en;graduado o licenciado;"
      "título universitario;estudios universitarios;ingeniería técnica;laureato in;laureata in;"
      "laureati in;graduação em;graduação completa;bacharelado;bacharel em;superior completo;"
      "curso superior;formação superior;nível superior;licenciado em;licenciada em;"
      "studii universitare"},
    {CUE_DEGREE, JM_MASTER, "école d'ingénieur;école d'ingénieurs;pós-graduação em;mestrado em"},
    {CUE_OR_EXPERIENCE, 0, "ou équivalent par expérience;ou expérience équivalente;"
      "ou expérience jugée équivalente;o experiencia equivalente;ou experiência equivalente;"
      "sau experiență echivalentă;sau echivalent;o titolo equivalente;ou titre jugé équivalent;"
      "o título equivalente"},
    {CUE_ELIGIBLE, 0, "residentes en;residentes no;residentes em;residente en;residente em;"
      "résidant en;résider en;residir en;residir no;residir em;vivre en;vivir en;"
      "autorisé à travailler en;permesso di lavoro in;residenza in;drept de muncă în"},
    {CUE_COUNTRY, CODE('B', 'E'), "belgio;bélgica;belgia"},
    {CUE_COUNTRY, CODE('C', 'H'), "svizzera;suiza;suíça;elveția"},
    {CUE_COUNTRY, CODE('F', 'R'), "francia;frança;franța"},
    {CUE_COUNTRY, CODE('E', 'S'), "espagne;spagna;espanha;spania"},
    {CUE_COUNTRY, CODE('I', 'T'), "italie;itália"},
    {CUE_COUNTRY, CODE('P', 'T'), "portogallo;portugalia"},
    {CUE_COUNTRY, CODE('R', 'O'), "roumanie;rumanía;roménia"},
    {CUE_COUNTRY, CODE('C', 'A'), "canadá"},
    {CUE_COUNTRY, CODE('C', 'O'), "colombia"},
    {CUE_COUNTRY, CODE('A', 'R'), "argentina"},
    {CUE_COUNTRY, CODE('C', 'L'), "chile"},
    {CUE_COUNTRY, CODE('P', 'E'), "perú"},
    {CUE_COUNTRY, CODE('B', 'R'), "brasile;brésil"},
    {CUE_PAY, 0, "clt;tjm;taux journalier;taux journalier moyen;tarifa diaria;tariffa giornaliera;"
      "compenso;honorarios;honorários;remuneración;remunerația;remunerație;retribución"},
    {CUE_NOT_PAY, 0,
        "presupuesto;facturación;cifra de negocio;cifra de negocios;chiffre d'affaires;fatturato;"
        "faturamento;volume de negócios;cifră de afaceri;cifra de afaceri;orçamento;bugetul;"
        "diurnă;diurna de;diárias"},
    {CUE_PERIOD, JM_DAY, "/zi;pe zi;/jour;/día;/dia;/giorno;/tag;/dag;por dia;al día;la journée"},
    {CUE_PERIOD, JM_WEEK, "/semaine;/semana;/settimana;/săptămână;/week;/woche;alla settimana;"
      "pe săptămână"},
    {CUE_PERIOD, JM_MONTH, "mensuelle;mensuel brut;mensuel net;mensuelles"},
    {CUE_PERIOD, JM_YEAR, "annuelle;annuelles;lordi annui;lordo annuo;annua;annuo;ilíquidos anuais"},
};
const unsigned jm_fact_cues_count = sizeof jm_fact_cues / sizeof *jm_fact_cues;
