/* cues.c - the phrases by which a sentence says something of the skills in it, in the languages we
 * read; one line a cue and language. Headings are in cues_headings.c, words of facts in cues_facts.c.
 *
 * Keep them short and literal: the matcher handles case, plurals, hyphens and "&". */
#include "cues.h"

#include <string.h>

#include "draft.h"

static const struct cue_row cues[] = {
    {CUE_NICE, 0,
     "would be good;will count in your favour;would also be useful;would also be beneficial;would also be an advantage;"
     "would also be advantageous;would also be desirable;would also be a plus;"
     "is also desirable;is also a plus;are also desirable;would also be helpful;"
     "will also be considered;"
     "men inget krav;men inget måste;men inte ett krav;men ej krav;men inte nödvändigt;"
     "maar niet vereist;maar geen vereiste;maar geen must;maar niet noodzakelijk;maar niet verplicht;"
     "aber kein muss;aber nicht zwingend;aber nicht erforderlich;aber keine bedingung;"
     "aber nicht bedingung;aber keine voraussetzung;jedoch kein muss;jedoch nicht zwingend;"
     "ale nie jest wymagana;ale nie jest wymagane;ale niekonieczna;ale niekonieczne;"
     "ale nie jest konieczna;is handig;zijn handig;is een troef;zijn een troef;is een bonus;"
     "would help;would be lovely;is lovely to have;but isn't essential;but not essential;but is not essential;"
     "not essential but;but not required;valorizamos;valorizam-se;dá-se preferência;preferência;será uma mais-valia;uma mais-valia;"
     "valorizado;valorizada;valoramos;se valora positivamente;valorado;se valorarán;"
     "se tendrá en cuenta;sería ideal;apprezziamo;apprezzata;apprezzato;apprezzate;apprezzati;"
     "nous apprécions;appréciez;serait apprécié;serait appréciée;seraient appréciés;"
     "constitue un atout;constitue un plus;est un atout;sont un plus;un avantage;est un avantage;"
     "freuen uns über;gern auch;vorzugsweise;bevorzugt;von vorteil ist;von vorteil sind;"
     "wünschen uns;optimalerweise;im idealfall;ist ein plus;sind ein plus;hilfreich;"
     "un atu;constituie un atu;een pre;is een pre;pre;liefst;het liefst;is fijn;mag ook;we waarderen;wenselijk;is wenselijk;bij voorkeur met;strekt tot aanbeveling;een voordeel;"
     "is een voordeel;een plus;docenimy;doceniamy;atutem będzie;będzie plusem;dodatkowy atut;"
     "mile widziane będą;będzie mile widziana;będzie mile widziane;wskazana;wskazane;"
     "vi ser gärna;vi ser positivt;ser vi positivt;det är bra om;ett stort plus;är ett plus;"
     "meriterande om;starkt meriterande;är en fördel;en fördel;apreciem;ar fi un plus;"
     "constituie un plus;apreciat;apreciată;este un avantaj;un plus îl reprezintă;de preferat;"
     "de preferință;preferabil cu;sarà un plus;rappresenta un plus;costituisce un vantaggio;"
     "è gradita;è gradito;sono gradite;gradite;graditi;gradita la conoscenza;pero suma;pero suma puntos;y suma;suma puntos;"
     "serait appréciable;constitue un avantage;constituent un avantage;constituent un atout;constituera un atout;"
     "un atout certain;serait un atout;seraient un atout;souhaitable;souhaitables;poate fi un avantaj;poate constitui un avantaj;"
     "factor preferencial;é factor preferencial;serão valorizados;serão valorizadas;serão um diferencial;é um diferencial;conta pontos;"
     "sarà considerata un plus;sarà considerato un plus;costituisce titolo preferenziale;sarà titolo preferenziale;"
     "costituirà titolo preferenziale;sarà valutata positivamente;sarà valutato positivamente;verrà valutata positivamente"},
    {CUE_NICE, 0,
     "a plus;is a plus;plus;big plus;huge plus;a bonus;nice to have;nice-to-have;preferred;"
     "preferably;ideally;an advantage;advantage;advantageous;desirable;desired;would be nice;"
     "is beneficial;beneficial;bonus points;a strong plus;an asset;optional;great if;"
     "bonus;not required but;helpful;good to have;"
     "von vorteil;wünschenswert;idealerweise;gerne auch;gerne mit;schön, wenn du;schön, wenn "
     "sie;super, wenn du;toll, wenn du;"
     "vorteilhaft;ein plus;"
     "un plus;un atout;souhaité;serait un plus;idéalement;se valorará;deseable;valorable;"
     "een pré;pré;pluspunt;gradita;gradito;un vantaggio;desejável;diferencial;"
     "mile widziana;mile widziane;meriterande;constituie un avantaj;un avantaj;"
     "mile widziany;mile widziani;będzie atutem;dodatkowym atutem;atutem;reprezintă un avantaj;"
     "reprezintă un plus;constituie avantaj;preferabil;är meriterande;ett plus;gärna;"
     "costituisce un plus;costituirà un plus;è un plus;preferibile;preferibilmente;"
     "titolo preferenziale;valoriza-se;será valorizado;mais-valia;preferencial;"
     "preferencialmente;é um plus;se valora;se valoran;será un plus;preferiblemente;deseables;"
     "apprécié;appréciée;appréciés;appréciées;est un plus;souhaitée;souhaités;"
     "gern gesehen;wäre schön;wünschenswerterweise;is een plus;mooi meegenomen;bij voorkeur;"
     "would be brilliant;would be lovely;would be amazing;would be awesome;would be fantastic;would be useful;"
     "would be helpful;would be beneficial;would be desirable;would be advantageous;is useful;"
     "appreciated;would be great;advantage but not required"},
    {CUE_MUST, 0,
     "must have;must;required;not optional;needed;is needed;are needed;is required;are required;"
     "mandatory;essential;need to have;"
     "is a must;you need;you must;necessary;prerequisite;"
     "zwingend;erforderlich;vorausgesetzt;wird vorausgesetzt;setzen wir voraus;muss;"
     "obligatoire;indispensable;exigé;impératif;imprescindible;necesario;obligatorio;vereist;"
     "noodzakelijk;must;obbligatorio;richiesto;indispensabile;obrigatório;wymagane;wymagana;"
     "krävs;ett krav;obligatoriu;wymagany;wymagane jest;konieczne;konieczna;konieczny;niezbędna;"
     "niezbędne;niezbędny;obligatorie;necesar;necesară;måste;är ett krav;obbligatoria;"
     "richiesta;necessaria;necessario;obrigatória;indispensável;imprescindível;"
     "se requiere;requerido;obligatoria;exigée;requise;requis"},
    {CUE_NOT, 0,
     "nu este necesar;nu este necesară;nu sunt necesare;nu e necesar;nu e necesară;nu se cere;"
     "nu se solicită;nu necesită;no se necesita;no se precisa;no necesitas;no requiere;"
     "no se exige;no exigimos;non si richiede;non si richiedono;não se exige;não é exigida;"
     "não é exigido;não precisas de;não é necessária;não são necessários;"
     "nie jest wymagana znajomość;nie jest wymagane;nie jest wymagana;nie jest konieczna;"
     "nie jest konieczne;nie są wymagane;nie oczekujemy;inget krav på;inga krav på;"
     "krävs ingen;krävs inga;det krävs ingen;du behöver inte;n'est pas nécessaire;"
     "pas nécessaire de;pas obligé de;nul besoin;aucune connaissance;aucune expérience;aucun;"
     "aucune;ningún;ninguna;nessuna;nessun;nenhum;nenhuma;żadnej;żadnego;niciun;nicio;"
     "je hoeft geen;hoeft geen;niet vereist is;nicht erforderlich sind;nicht notwendig ist;"
     "nicht nötig sind"},
    {CUE_NOT, 0,
     "not interested in;no interest in;kein interesse an;pas intéressé par;no me interesa;"
     "geen interesse in;"
     "no;not;without;don't need;do not need;no need for;you don't need;you do not need;"
     "rather than;instead of;except;except for;excluding;other than;not looking for;"
     "only read about;read about;read of;only heard of;heard of;heard about;books about;never "
     "used;never worked with;never touched;"
     "would like to learn;like to learn;want to learn;wants to learn;hope to learn;"
     "never;neither;nor;non;lack of;no experience with;no experience in;no knowledge of;"
     "migrating away from;moving away from;kein;keine;keinen;nicht;ohne;pas de;sans;sin;"
     "no se requiere;"
     "geen;zonder;senza;sem;bez;ingen;utan;fără;don't know;do not know;no idea of;"
     "migrating off;moving off;getting rid of;moving away;migrate off;phasing out;"
     "pas besoin d;nu este obligatorie;nu este obligatoriu;nu sunt obligatorii;no es obligatorio;"
     "no es imprescindible;non è obbligatorio;non è obbligatoria;non è indispensabile;"
     "não é obrigatório;não é indispensável;n'est pas obligatoire;"
     "weder;ni tener;ni saber;ni conocer;ni conocimientos;ni experiencia;ni el;ni la;ni de;ni le;"
     "ni expérience;ni maîtrise;noch kennis;noch ervaring;né;nem;ani znajomości;ani doświadczenia;"
     "ani znajomość;nici;"
     "unlike;moved away from;move away from;moved off;migrated away from;migrate away from;"
     "don't have to know;do not have to know;need not know;no need to know;"
     "keinerlei;pas besoin de;inutile de;no hace falta;no es necesario;nie wymagamy;nie trzeba;"
     "non serve;non occorre;non è richiesta;non è richiesto;non è necessaria;non è necessario;"
     "inte;behöver inte;não é necessário;não é preciso;não exigimos;não precisa de;"
     "nu este nevoie de;nu e nevoie de;nu trebuie;nu cerem;"
     "nobody;no one;verzichten auf;verzichtet auf;prescindimos de;renonçons à;"
     "don't;doesn't;no longer;gave up;given up;gave up on;got rid of;stopped using;"
     "said goodbye to;goodbye to;niet;nie;não;nu;exige pas;exigeons pas;demande pas;demandons pas;"
     "utilise pas;utilisons pas;requiert pas;faut pas"},
    {CUE_NOT_AFTER, 0,
     "keine kenntnisse;keine erfahrung;no knowledge;no experience;aucune connaissance;"
     "sin conocimientos;sin experiencia;geen kennis;geen ervaring;nessuna conoscenza;"
     "sem conhecimentos;sem experiência;brak znajomości;nie znam;inga kunskaper;ingen erfarenhet;"
     "nu cunosc;fără cunoștințe;"
     "not required;not needed;not necessary;is not required;is not needed;is not necessary;"
     "not essential;is not a requirement;but never used;but never worked with;only from books;"
     "only from a distance;only by name;was my grandfather's;was my father's;was my mother's;"
     "is my father's;is my mother's;is my brother's;is my sister's;are not required;not mandatory;"
     "no requerido;no requerida;no obligatorio;nicht notwendig;não requerido;niewymagany;"
     "isn't required;isn't necessary;isn't needed;isn't essential;isn't mandatory;aren't required;"
     "aren't needed;aren't necessary;isn't a must;isn't a requirement;"
     "nicht erforderlich;nicht notwendig;nicht zwingend;pas nécessaire;non requis;no necesario;"
     "niet vereist;non richiesto;não necessário;nie wymagane;ej krav;"
     "was replaced by;were replaced by;has been replaced by;have been replaced by;is replaced by;"
     "is being replaced;is being phased out;was phased out;are being phased out;being phased out;"
     "is a thing of the past;not a must;is no must;irrelevant;is irrelevant;are irrelevant;"
     "would be wasted;is not our thing;is not used here;is not used;isn't used;are not used;is gone;are gone;is history;was retired;has been retired;was dropped;not "
     "wanted;"
     "müssen sie nicht können;musst du nicht können;brauchen sie nicht;brauchst du nicht;"
     "brauchen wir nicht;nicht nötig;kein muss;keine voraussetzung;pas exigé;pas exigée;"
     "pas indispensable;n'est pas requis;n'est pas requise;no es necesario;no se requiere;"
     "no es imprescindible;no imprescindible;niet nodig;niet noodzakelijk;geen vereiste;hoeft niet;"
     "non richiesta;non necessario;non necessaria;não é necessário;não é obrigatório;"
     "nie jest wymagana;nie jest wymagane;nie jest wymagany;nie jest konieczna;nie jest konieczne;"
     "nie jest potrzebna;nie jest potrzebne;niewymagana;niewymagane;nie wymagana;"
     "är inget krav;is niet verplicht;nie jest obowiązkowa;wird abgelöst;wird gerade abgelöst;"
     "wird ersetzt;wordt uitgefaseerd;fasas ut;ska fasas ut;"
     "krävs inte;krävs ej;inget krav;inte ett krav;behövs inte;behövs ej;"
     "nu este necesar;nu este necesară;nu este obligatoriu;nu este obligatorie;nu sunt necesare"},
    {CUE_USE, 0,
     "experience with;experience in;experience of;experience using;experienced with;experienced in;"
     "knowledge of;knowledge in;working knowledge of;proficiency in;proficiency with;proficient in;"
     "proficient with;proficient at;skilled in;skilled with;expertise in;expertise with;expert in;"
     "familiar with;familiarity with;fluent in;fluency in;competent in;competency in;"
     "understanding of;background in;exposure to;using;use of;hands on with;"
     "hands-on experience with;"
     "worked with;working with;programming in;developing in;written in;rewritten in;rewriting "
     "in;rewrite in;ported to;port to;"
     "implemented in;code in;coding in;"
     "built with;"
     "built in;developed in;written using;developed using;certified in;trained in;strong in;"
     "comfortable with;ability to use;command of;mastery of;skills in;training in;"
     "developers with;a bit of;good grip of;grip of;programmed in;program in;languages like;"
     "languages such as;tools like;"
     "tools such as;frameworks like;technologies like;technologies such as;such as;"
     "erfahrung mit;erfahrung in;erfahrungen mit;erfahrungen in;kenntnisse in;kenntnissen in;"
     "kenntnisse der;umgang mit;programmierung in;"
     "expérience en;expérience avec;maîtrise de;connaissance de;connaissances en;"
     "experiencia con;experiencia en;conocimientos de;dominio de;manejo de;ervaring met;kennis van;"
     "esperienza con;esperienza in;conoscenza di;experiência com;experiência em;conhecimento de;"
     "conhecimentos em;conhecimentos de;domínio de;doświadczenie w;doświadczenie z;"
     "doświadczenia w;znajomość;znajomości;obsługa;obsługi;erfarenhet av;erfarenhet inom;"
     "kunskaper i;vana av;experiență cu;"
     "experiență în;cunoștințe de"},
    {CUE_USE_AFTER, 0,
     "developer;developers;development;programming;programmer;programmers;engineer;engineers;"
     "programming language;language;framework;frameworks;library;libraries;stack;backend;back end;"
     "frontend;front end;code;codebase;coding;applications;application;app;apps;project;projects;"
     "server;application development;api;services;"
     "microservices;scripting;scripts;modules;administrator;certification;certified;admin;"
     "consultant;module;skills;experience;knowledge;proficiency;expert;specialist;plugins;plugin;"
     "methodology;methodologies;framework;environment;tools;ecosystem;or other;or similar;"
     "or equivalent;and similar;software;database;databases;"
     "entwickler;entwicklung;programmierung;kenntnisse;erfahrung;développeur;desarrollador;"
     "ontwikkelaar;sviluppatore;desenvolvedor;programista;utvecklare"},
    {CUE_BASIC, 0,
     "grundlagen;a little;a bit of;uso base;uso base di;grundlegende kenntnisse;grundlegende;basiskenntnisse;erste erfahrung;"
     "erste erfahrungen;erste kenntnisse;erste berührungspunkte;notions en;connaissances de base;"
     "bases de;bases en;premières connaissances;conocimiento básico;conocimientos básicos de;"
     "nociones básicas;nivel básico;usuario básico;basis kennis;enige kennis;enige ervaring;"
     "eerste ervaring;conoscenze base;conoscenza base;nozioni di;livello base;noções de;"
     "conhecimentos de base;noções básicas;nível básico;podstawy;podstawowe;podstawowej;"
     "podstawową;grundläggande kunskaper;viss erfarenhet;viss kunskap;cunoștințe elementare;"
     "nivel începător;noțiuni de;noțiuni de bază"},
    {CUE_BASIC, 0,
     "currently learning;currently studying;a tiny bit;tiny bit;"
     "anfänger;anfängerkenntnisse;débutant;débutante;principiante;nivel usuario;"
     "basic;basics;basic knowledge;basic understanding;beginner;familiarity with;familiar with;"
     "exposure to;"
     "some experience;awareness of;fundamental;novice;grundkenntnisse;basiskennis;notions de;"
     "conocimientos básicos;podstawowa;podstawowa znajomość;conoscenza di base;"
     "conoscenze di base;"
     "conhecimentos básicos;grundläggande;cunoștințe de bază;nociones de;basiskennis van"},
    {CUE_WORKING, 0,
     "good command;good working knowledge;sound knowledge;gute kenntnisse in;guter umgang;"
     "bonne connaissance;bonne maîtrise;buen conocimiento;buen manejo;buen dominio;"
     "nivel medio;nivel intermedio;goede beheersing;ruime ervaring;buona padronanza;"
     "buone conoscenze;livello intermedio;bom conhecimento;bom domínio;nível intermédio;"
     "dobrej znajomości;dobrą znajomość;dobrą znajomością;god kunskap;god vana;god kännedom;"
     "bună cunoaștere;bune cunoștințe de;nivel mediu"},
    {CUE_WORKING, 0,
     "working knowledge;working knowledge of;solid;good knowledge;solid understanding;good "
     "understanding;competent;"
     "intermediate;hands-on experience;practical experience;gute kenntnisse;solide kenntnisse;"
     "bonnes connaissances;goede kennis;buoni;buona conoscenza;bons conhecimentos;"
     "dobra znajomość;"
     "goda kunskaper;bune cunoștințe;buenos conocimientos"},
    {CUE_ADVANCED, 0,
     "sehr gute kenntnisse in;sehr guten kenntnissen in;biegła obsługa;biegłej obsługi;biegłą obsługę;mycket goda;mycket god;zeer goede;"
     "avancerad;avancerad nivå;sehr gut;sehr gute kenntnisse;vertiefte;vertiefte kenntnisse;fundierte kenntnisse;tiefgehende;"
     "tiefes verständnis;umfassende;umfassende kenntnisse;ausgeprägte;sehr guter umgang;"
     "fortgeschrittene;fortgeschrittene kenntnisse;fundiertes;"
     "très bonne connaissance;très bonne maîtrise;excellente maîtrise;parfaite maîtrise;"
     "connaissances approfondies;connaissance approfondie;solides connaissances;solide maîtrise;"
     "conocimientos avanzados;conocimiento avanzado;nivel avanzado;dominio avanzado;"
     "conocimientos sólidos;sólidos conocimientos;amplios conocimientos;amplia experiencia;"
     "diepgaande kennis;uitstekende kennis;gedegen kennis;gevorderde kennis;zeer goede kennis;"
     "conoscenza avanzata;conoscenze avanzate;ottime conoscenze;ottima padronanza;"
     "approfondita conoscenza;conoscenza approfondita;livello avanzato;"
     "conhecimentos avançados;conhecimento avançado;nível avançado;sólidos conhecimentos;"
     "domínio avançado;bardzo dobrej znajomości;bardzo dobrą znajomość;bardzo dobrą znajomością;"
     "zaawansowana znajomość;zaawansowana;zaawansowane;biegła znajomość;biegłej znajomości;"
     "doskonała znajomość;djup kunskap;djupa kunskaper;"
     "mycket god kunskap;mycket god vana;avancerade kunskaper;gedigen kunskap;gedigen erfarenhet;"
     "cunoștințe avansate;cunoștințe solide;foarte bună cunoaștere;nivel avansat;"
     "avansate de;cunoștințe aprofundate"},
    {CUE_ADVANCED, 0,
     "advanced;strong;strong in;strong knowledge;proficient;proficient in;proficient "
     "with;proficient at;proficiency;"
     "proficiency in;proficiency with;in-depth;deep knowledge;excellent;"
     "extensive;deep understanding;thorough;very good;sehr gute;fundierte;avancé;avanzado;"
     "excellente;gedegen;ottima conoscenza;bardzo dobra znajomość;mycket goda kunskaper;"
     "foarte bune cunoștințe;excelentes conhecimentos;avanzati;avançado"},
    {CUE_EXPERT, 0,
     "expertenwissen;niveau expert;nivel experto;expertniveau;livello esperto;nível especialista;"
     "poziom ekspercki;ekspercka znajomość;expertnivå;nivel expert"},
    {CUE_EXPERT, 0,
     "expert;expertise;expert in;expertise in;expertise with;expert level;expert "
     "knowledge;mastery;guru;master of;expertenkenntnisse;"
     "experte;maîtrise parfaite;dominio;ekspercka"},
    {CUE_IN_BENEFIT, 0,
     "paid education;paid certifications;wellness packages;health insurance;dental insurance;dental cover;dental coverage;dental plan;dental care plan;"
     "dental and vision;dental vision;medical dental;medical and dental;health and dental;"
     "401k;401 k;paid time off;pto;vacation days;annual leave;bank holidays;"
     "pension scheme;pension plan;pension contribution;pension contributions;company pension;"
     "workplace pension;private pension;pension match;plus pension;and pension;holiday pension;"
     "in return we;in return you;in exchange we;"
     "gym membership;free lunch;free snacks;stock options;bonus scheme;"
     "life insurance;parental leave;cycle to work;ride to work;language courses;language classes;"
     "learning budget;training budget;company car;home office budget;flexible hours;"
     "paid holidays;childcare vouchers;season ticket loan;share scheme;urlaubstage;"
     "betriebliche altersvorsorge;jobticket;firmenwagen;tickets restaurant;mutuelle;"
     "sprachkurse;obstkorb;pensioenregeling;friskvårdsbidrag"},
    {CUE_IN_ASKED, 0,
     "subject to a dbs;subject to an enhanced;subject to dbs;subject to enhanced;"
     "subject to a satisfactory;applicants must;candidates must;you must hold;you must have;"
     "must hold a;must possess;this post requires;this role requires;this position requires;"
     "the post requires;ska uppvisas;is een voorwaarde voor;is een vereiste voor;"
     "ist voraussetzung für die einstellung;ist einstellungsvoraussetzung;begärs innan anställning;"
     "krävs för anställning"},
    {CUE_IN_APPLY, 0,
     "send your cv;send your application;send your resume;email your cv;email your resume;"
     "submit your cv;submit your application;submit your resume;send us your cv;send us your resume;"
     "ihre bewerbung an;deine bewerbung an;senden sie ihre bewerbung;bewirb dich;enviar cv;"
     "envía tu cv;envíanos tu cv;envoyez votre cv;merci d'envoyer;adressez votre cv;stuur je cv;"
     "stuur je motivatie;inviare cv;invia il tuo cv;inviare il cv;envia o teu cv;envie o seu cv;"
     "prosimy o przesłanie cv;wyślij cv;prosimy o przesyłanie;skicka din ansökan;trimite cv;"
     "trimiteți cv;cv-urile se trimit"},
    {CUE_SEEKS, 0,
     "we are looking for;we're looking for;we are seeking;we're seeking;we are hiring;we're hiring;"
     "we are recruiting;we are now looking for;we are currently looking for;"
     "we are currently seeking;we are currently recruiting;we now need;we are now recruiting;"
     "we have an opportunity for;an opportunity has arisen;as part of our growth;"
     "to strengthen our team;wir suchen;suchen wir;nous recherchons;nous cherchons;on recherche;"
     "nous recrutons;buscamos;estamos buscando;seleccionamos;precisamos;necesitamos;se busca;"
     "wij zoeken;we zoeken;zijn wij op zoek naar;zijn we op zoek naar;cerchiamo;stiamo cercando;"
     "ricerchiamo;siamo alla ricerca di;estamos à procura de;procuramos;estamos a recrutar;"
     "recrutamos;szukamy;poszukujemy;obecnie szukamy;vi söker;söker vi;nu söker vi;căutăm;"
     "angajăm;recrutăm"},
    {CUE_OTHERS, 0,
     "reports to;reporting to;reports into;reporting into;report to;line manager;responsible to;"
     "melde dich bei;melden sie sich bei;wenden sie sich an;kontaktieren sie;neem contact op met;"
     "contactez;contacta con;contattare;skontaktuj się z;kontakta;contactează;berichten an;berichtest an;berichten direkt an;berichtest direkt an;berichten sie an;"
     "unterstellt;unter der leitung;unterstehst;unterstehen;in zusammenarbeit mit;"
     "zusammenarbeit mit;in enger abstimmung mit;in abstimmung mit;abstimmung mit;eng mit;"
     "arbeitest mit;arbeiten mit dem;arbeiten mit der;arbeiten mit den;schnittstelle zu;"
     "schnittstelle zwischen;ansprechpartner für;"
     "rattaché;rattachée;rattaché à;rattachée à;rattaché au;rattachée au;rattaché e à;rattaché e "
     "au;"
     "rattaché aux;sous la responsabilité;sous la direction;sous l'autorité;sous la supervision;"
     "en lien avec;en lien direct avec;en collaboration avec;en étroite collaboration avec;"
     "vous reportez à;vous reportez au;reportant à;reportant au;aux côtés;en relation avec;"
     "en coordination avec;"
     "dependerás;dependerá;dependiendo;reportarás;reportará;reportando;bajo la supervisión;"
     "bajo la dirección;en colaboración con;en coordinación con;colaborarás con;"
     "colaborar con;colaboración con;coordinación con;a las órdenes;"
     "rapporteer je aan;je rapporteert aan;rapporteert aan;onder leiding van;"
     "in samenwerking met;samenwerking met;je werkt samen met;werkt nauw samen met;"
     "werk je samen met;"
     "alle dipendenze;a riporto;riporterà;riporterai;riportando;risponderà;"
     "sotto la supervisione;sotto la guida;in collaborazione con;collaborazione con;"
     "a stretto contatto con;collaborerà con;collaborerai con;a supporto;a diretto riporto;"
     "reportando ao;reporta ao;reportarás ao;reportar ao;reportando à;reporta à;sob a supervisão;"
     "sob a orientação;em colaboração com;em articulação com;colaboração com;"
     "raportowanie do;raportujesz do;raportuje do;podlega;podlegać;pod nadzorem;"
     "we współpracy z;współpraca z;współpracy z;bliska współpraca z;"
     "du rapporterar till;rapporterar till;rapporterar du till;i samarbete med;i nära samarbete "
     "med;samarbetar med;samarbetar du med;tillsammans med;"
     "raportezi către;raportează către;vei raporta către;raportare către;în subordinea;"
     "în colaborare cu;colaborezi cu;vei colabora cu;colaborarea cu;sub coordonarea"},
    {CUE_SECTOR, 0,
     "active dans le secteur;actif dans le secteur;entreprise du secteur;société du secteur;"
     "entreprise spécialisée dans;entreprise spécialisée en;société spécialisée dans;"
     "société spécialisée en;groupe spécialisé dans;acteur majeur du secteur;leader du secteur;"
     "leader dans le secteur;leader dans le domaine;compañía del sector;empresa del sector;"
     "grupo del sector;empresa dedicada a;compañía dedicada a;empresa especializada en;"
     "compañía especializada en;empresa líder en;compañía líder en;líder en el sector;"
     "azienda del settore;azienda operante nel settore;azienda leader nel settore;"
     "leader nel settore;azienda specializzata in;azienda specializzata nella;"
     "azienda specializzata nel;società operante nel settore;società specializzata in;"
     "società specializzata nella;società specializzata nel;empresa do setor;empresa do sector;"
     "empresa do ramo;grupo do setor;grupo do sector;multinacional do sector;"
     "multinacional do setor;empresa líder em;empresa especializada em;líder no setor;"
     "companie din domeniul;firmă din domeniul;companie specializată în;firmă specializată în;"
     "lider în domeniul;lider pe piața de"},
    {CUE_IN_LEGAL, 0,
     "our recruiting team;our recruitment team uses;disability confident;without regard to;equal opportunity employer;we use e-verify;uses e-verify;"
     "acts as an employment;acting as an employment;employment agency in relation;participates in e-verify;participate in e-verify;e-verify employer;sexual orientation;gender identity;"
     "protected veteran;veteran status;national origin;reasonable accommodation;"
     "affirmative action;marital status;all qualified applicants;discriminate;discrimination;"
     "our hiring process;our interview process;our recruitment process;eeo guidelines;"
     "unsolicited resumes;unsolicited cvs;unsolicited applications;"
     "wyrażam zgodę;klauzuli o ochronie;klauzulę o ochronie;vertraulich behandelt;"
     "criminal history;background check;schwerbehinderte;geschlecht;handicap"},
    {CUE_IN_ABOUT, 0,
     "i also have;"
     "great reputation for;a reputation for;we were recognized;we were recognised;"
     "family-owned;family-run;family owned and operated;is a family;"
     "founded in;our customers;our clients include;was founded;years of history;market leader;"
     "leading provider;world leader;we are a leading;is a leading;headquartered in;"
     "is one of the largest;is one of the leading;fortune 500;series a;series b"},
};

const struct cue_row *cue_row(size_t i)
{
    const size_t n = sizeof cues / sizeof *cues;
    if (i < jm_heading_cues_count)
        return &jm_heading_cues[i];
    i -= jm_heading_cues_count;
    if (i < n)
        return &cues[i];
    return i - n < jm_fact_cues_count ? &jm_fact_cues[i - n] : NULL;
}

size_t cue_phrases_bytes(const struct cue_row *row)
{
    size_t all = strlen(row->phrases);
#ifdef JM_FUZZ
    size_t few = 0;
    for (unsigned n = 0; n < 4 && few < all; n++)
        few += strcspn(row->phrases + few, ";") + 1;
    all = few < all ? few : all;
#endif
    return all;
}

bool cue_known(uint32_t owner)
{
    const struct cue_row *row;
    for (size_t i = 0; (row = cue_row(i)); i++)
        if (cue_owner(row) == owner)
            return true;
    return false;
}

static int add_row(struct dict_draft *d, const struct cue_row *row, struct jm_err *err)
{
    const char *end = row->phrases + cue_phrases_bytes(row);
    for (const char *p = row->phrases; p < end;) {
        size_t n = strcspn(p, ";");
        uint8_t flags = SURF_CUE | (*p == '/' ? SURF_SIGN : 0);
        struct raw_surface s = {.owner = cue_owner(row), .flags = flags};
        s.text = jm_arena_strndup(&d->strings, p, n);
        if (!s.text)
            return jm_err_set(err, JM_ENOMEM, "out of memory for the dictionary");
        if (!draft_add_surface(d, s, err))
            return -1;
        p += p[n] ? n + 1 : n;
    }
    return 0;
}

int cues_add(struct dict_draft *d, struct jm_err *err)
{
    const struct cue_row *row;
    for (size_t i = 0; (row = cue_row(i)); i++)
        if (add_row(d, row, err))
            return -1;
    return 0;
}
